"""Lists of tables with millions of rows: no count of the whole, no long walk, and a search that an index answers."""

from __future__ import annotations

import functools
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from requests.admin.office import CaseAdmin
from requests.models import DisclosureRequest

# Nobody leafs through more; who looks for a row further down searches for its request.
MOST_ROWS = 2000


class CappedPaginator(Paginator):
    """Pages of the first rows. Counts up to ``MOST_ROWS`` and stops there, so that a list costs the same at any size."""

    @functools.cached_property
    def count(self) -> int:
        """How many rows there are to leaf through: at most ``MOST_ROWS``."""
        rows: Any = self.object_list
        return len(rows.order_by().values_list("pk", flat=True)[:MOST_ROWS])


class LongTable(CaseAdmin):
    """A list by primary key that is searched by a request's control number alone.

    ``path`` leads from the row to its request, and drafts, which are still their agency's own, are left out.
    """

    path = "disclosure_request"
    paginator = CappedPaginator
    ordering = ("-pk",)
    search_fields = ("pk",)  # so that the search box stands there; get_search_results reads it
    search_help_text = "The control number of a request. The newest 2,000 rows are shown."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the rows of drafts."""
        return super().get_queryset(request).exclude(**{f"{self.path}__state": "draft"})

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The rows of the request with exactly this control number."""
        if not search_term.strip():
            return queryset, False
        found = DisclosureRequest.objects.filter(control_number=search_term.strip().upper()).first()
        return (queryset.filter(**{self.path: found}) if found else queryset.none()), False
