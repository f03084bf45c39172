import importlib
import pkgutil

import polars as pl

import requests.rules
from requests.rules import registry
from requests.rules.base import LineRule, Verdict
from requests.rules.counts import COLUMNS as COUNTED
from requests.rules.judge import read
from tests.rules.complete_line import AS_OF, COMPLETE_LINE


def test_line_rules_stand_in_the_order_of_their_codes():
    codes = [rule.code for rule in registry.LINE_RULES]
    assert codes == ["V03", "V04", "V05", "V06", "V07", "V08", "V09", "V10", "V11", "V12", "V14", "V15", "V16", "V19"]


def test_request_rules_stand_in_the_order_of_their_codes():
    assert [rule.code for rule in registry.REQUEST_RULES] == ["V01", "V02", "V13", "V14", "V16", "V17", "V18"]


def test_every_rule_file_is_listed():
    listed = {rule.code for rule in (*registry.LINE_RULES, *registry.REQUEST_RULES)}
    for module in pkgutil.iter_modules(requests.rules.__path__):
        if module.name[0] == "v" and module.name[1:3].isdigit():
            assert module.name[:3].upper() in listed
            importlib.import_module(f"requests.rules.{module.name}")


def test_every_rule_has_its_words_and_its_law():
    for rule in (*registry.LINE_RULES, *registry.REQUEST_RULES):
        for words in (rule.title, rule.wrong, rule.mend, rule.citation):
            assert words.strip() == words != ""
        assert rule.wrong.endswith(".")
        assert rule.mend.endswith(".")
        assert rule.version >= 1
        assert rule.severity > Verdict.ACCEPT


def test_every_version_after_the_first_is_told():
    for rule in (*registry.LINE_RULES, *registry.REQUEST_RULES):
        assert rule.version == 1 + len(rule.changes)
        days = [change.on for change in rule.changes]
        assert days == sorted(days)
        assert all(rule.valid_from <= change.on and change.what.endswith(".") for change in rule.changes)


def test_a_code_gives_its_rule():
    assert registry.rule("V05").code == "V05"
    assert registry.rule("V17").code == "V17"
    assert isinstance(registry.rule("V14"), LineRule)


def test_the_version_of_the_rule_set_is_short_and_stands_still():
    assert len(registry.RULE_SET_VERSION) == 12
    assert importlib.reload(registry).RULE_SET_VERSION == registry.RULE_SET_VERSION


def test_no_rule_says_worse_than_its_severity_or_looks_at_other_rows():
    from requests.intake.lines import frame_of_lines
    from requests.rules.base import Judging

    lines = read(
        frame_of_lines([COMPLETE_LINE, dict.fromkeys(COMPLETE_LINE, ""), dict.fromkeys(COMPLETE_LINE, "civil removal")])
    )
    lines = lines.with_columns(pl.lit(99, dtype=pl.Int64).alias(name) for name in COUNTED)
    judging = Judging(as_of=AS_OF)
    for rule in registry.LINE_RULES:
        together = lines.select(rule.expression(judging).cast(pl.Int32).alias("said"))["said"]
        alone = [
            row.select(rule.expression(judging).cast(pl.Int32).alias("said"))["said"][0] for row in lines.iter_slices(1)
        ]
        assert together.to_list() == alone
        assert together.null_count() == 0
        assert together.max() <= rule.severity
