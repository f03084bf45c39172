# Sourced by run and test: sets `here` to the checkout and `python` to the newest Python that will do.
# Only what bash itself can do, since a fresh machine may lack everything else.
link=${BASH_SOURCE[1]}
[[ $link == */* ]] || link=./$link
here=$(cd "${link%/*}" && pwd -P)
python=
for name in python3.14 python3.13 python3.12 python3.11 python3 python; do
    # ensurepip is what Debian leaves out of its bare python3; without it there is no virtual environment.
    if "$name" -I -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null </dev/null; then
        python=$name
        break
    fi
done
if [[ -z $python ]]; then
    echo "Python 3.11 or newer, with its venv module, is needed (on Debian and Ubuntu: apt-get install python3 python3-venv)." >&2
    exit 2
fi
