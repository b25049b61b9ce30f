"""Pages of the desk for one row: several forms, one address, nothing typed is ever lost.

A form is posted to the page's own address with its name as `do`. A refusal shows the page again
with the text kept; a stale save shows the merge page.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from sources.admin.base import RoleAdmin, may_look
from sources.admin.forms import DeskForm
from sources.admin.history import history_of
from sources.errors import Refused, Stale
from sources.people import role_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class DeskPage:
    """One row's page. Subclasses say which forms there are and what saving each one does."""

    template_name = "desk/row.html"
    merge_template_name = "desk/merge.html"

    def __init__(self, model_admin: PageAdmin, request: HttpRequest, row: Any = None) -> None:
        self.model_admin = model_admin
        self.request = request
        self.row = row
        # Forms as they were posted, by name; the one at fault while an operation runs.
        self.bound: dict[str, DeskForm] = {}
        self.at_fault: DeskForm | None = None

    @property
    def user(self) -> User:
        """Who is at the desk: nobody reaches a page without having logged in."""
        return cast("User", self.request.user)

    # ---- what a subclass says ------------------------------------------------------------

    def build(self, name: str, data: Any = None, files: Any = None) -> DeskForm | None:
        """Returns the form of this name, or None when the page has no such form."""
        raise NotImplementedError

    def prepare(self, form: DeskForm) -> None:
        """Does what takes long with a valid form, before anything is locked (see `DeskForm`)."""
        form.prepare()

    def carry_out(self, form: DeskForm) -> HttpResponse:
        """Saves a valid form through an operation and says where to go on."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        """Returns what the template shows beside the forms."""
        return {}

    def form_names(self) -> list[str]:
        """Names the forms that the page shows."""
        return []

    def shows(self, name: str) -> bool:
        """Says whether the page shows this form now, so that what was typed stands in it."""
        return name in self.form_names()

    def companions(self, form: DeskForm) -> list[str]:
        """Names the forms that are sent together with this one."""
        return []

    def may_post(self) -> bool:
        """Says whether the person may send this page at all; operations say the rest."""
        return role_of(self.request.user) is not None

    def changed_by(self, form: DeskForm) -> str:
        """Returns who changed the row of a form last, as people call them."""
        last = self.row.history.select_related("history_user").first() if self.row else None
        user = last.history_user if last else None
        return (user.get_full_name() or user.get_username()) if user else "Somebody"

    def reload(self) -> None:
        """Reads the row again, after a refusal or a stale save."""
        if self.row is not None:
            self.row = type(self.row)._default_manager.get(pk=self.row.pk)

    @property
    def title(self) -> str:
        if self.row is None:
            return f"New {self.model_admin.opts.verbose_name}"
        return str(self.row)

    # ---- answering ----------------------------------------------------------------------

    def respond(self) -> HttpResponse:
        if self.request.method == "POST":
            return self.post()
        return self.render()

    def post(self) -> HttpResponse:
        if not self.may_post():
            raise PermissionDenied
        request = self.request
        form = self.build(str(request.POST.get("do", "")), request.POST, request.FILES)
        if form is None:
            messages.error(request, "This form is not here any more. Nothing was saved.")
            return HttpResponseRedirect(request.path)
        form = form.with_picks()
        sent = [form]
        for name in self.companions(form):
            companion = self.build(name, request.POST, request.FILES)
            if companion is not None:
                sent.append(companion)
        self.bound = {each.do: each for each in sent}
        if "look" in request.POST:
            return self.look(form)
        return self.attempt(form)

    def look(self, form: DeskForm) -> HttpResponse:
        """Shows the page again with what was typed, without judging it."""
        for each in self.bound.values():
            each.hush()
        return self.render()

    def attempt(self, form: DeskForm) -> HttpResponse:
        self.bound[form.do] = form
        if not all(each.is_valid() for each in self.bound.values()):
            return self.render(form, status=400)
        for each in self.bound.values():
            try:
                self.prepare(each)
            except Refused as refused:
                each.refuse(refused)
                return self.render(form, status=refused.http_status)
        try:
            with transaction.atomic():
                return self.carry_out(form)
        except Stale as stale:
            return self.answer_stale(form, stale)
        except Refused as refused:
            self.reload()
            (self.at_fault or form).refuse(refused)
            return self.render(form, status=refused.http_status)

    def answer_stale(self, form: DeskForm, stale: Stale) -> HttpResponse:
        """Shows both versions; where the other changed nothing of this form, saves it anyway."""
        self.reload()
        fresh = self.build(form.do, form.data, form.files)
        if fresh is None:
            form.refuse(stale)
            return self.render(form, status=stale.http_status)
        fresh.full_clean()
        rows = fresh.merged()
        merged = fresh.for_merge()
        if (
            not self.request.POST.get("again")
            and is_complete(fresh)
            and not any(row.original != row.theirs for row in rows)
        ):
            data = merged.data
            data["again"] = "1"
            self.request.POST = data
            again = self.build(form.do, data, form.files)
            return self.attempt(again) if again is not None else self.render(status=409)
        context = {
            **self._shared(),
            "title": f"Two people changed this: {self.title}",
            "form": merged,
            "rows": rows,
            "bound_rows": {row.bound.name: row for row in rows},
            "who": self.changed_by(form),
            "back": self.request.path,
        }
        return TemplateResponse(
            self.request, self.merge_template_name, context, status=stale.http_status
        )

    def render(self, refused: DeskForm | None = None, *, status: int = 200) -> HttpResponse:
        names = self.form_names()
        forms = {
            name: self.bound[name] if name in self.bound else self.build(name) for name in names
        }
        context = {
            **self._shared(),
            "title": self.title,
            "forms": forms,
            "refused": refused,
            "alerts": [form for form in self.bound.values() if form.is_bound and form.errors],
            # What was written in a form that the page does not show any more.
            "kept": refused.kept() if refused and not self.shows(refused.do) else [],
            **self.context(),
        }
        return TemplateResponse(self.request, self.template_name, context, status=status)

    def _shared(self) -> dict[str, Any]:
        admin = self.model_admin
        return {
            **admin.admin_site.each_context(self.request),
            "opts": admin.opts,
            "row": self.row,
            "may_post": self.may_post(),
            "is_nav_sidebar_enabled": False,
            "list_url": admin_url(admin.opts, "changelist"),
            "history_url": admin_url(admin.opts, "history", self.row.pk) if self.row else "",
        }

    # ---- going on -----------------------------------------------------------------------

    def saved(self, words: str, anchor: str = "", *, row: Model | None = None) -> HttpResponse:
        """Says what was done and goes to the row's page, at an anchor."""
        messages.success(self.request, words)
        target = row or self.row
        address = admin_url(target._meta, "change", target.pk)
        return HttpResponseRedirect(f"{address}#{anchor}" if anchor else address)


class RowPage(DeskPage):
    """The page of a row with one form."""

    form_class: type[DeskForm]

    def form_names(self) -> list[str]:
        return ["row"]

    def values_of(self, row: Any) -> dict[str, Any]:
        """Returns the row's values by field name."""
        return {
            name: getattr(row, name) for name in self.form_class.base_fields if hasattr(row, name)
        }

    def save(self, version: int, values: dict[str, Any]) -> Any:
        """Saves through an operation and returns the row."""
        raise NotImplementedError

    def build(self, name: str, data: Any = None, files: Any = None) -> DeskForm | None:
        if name != "row":
            return None
        return self.form_class(
            data,
            files,
            name=name,
            values=self.values_of(self.row) if self.row else self.starting_values(),
            row_version=self.row.version if self.row else 0,
        )

    def starting_values(self) -> dict[str, Any]:
        return {}

    def carry_out(self, form: DeskForm) -> HttpResponse:
        row = self.save(form.version, form.cleaned_data)
        return self.saved(f"Saved: {row}", row=row)


class PageAdmin(RoleAdmin):
    """A noun whose pages are the desk's own and whose rows are saved by operations."""

    page_class: type[DeskPage]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.page_class(self, request).respond()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        return self.page_class(self, request, self.row_or_404(request, object_id)).respond()

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        row = self.row_or_404(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": f"History: {row}",
            "opts": self.opts,
            "row": row,
            "back": admin_url(self.opts, "change", row.pk),
            **self.history_context(row),
        }
        return TemplateResponse(request, "desk/history.html", context)

    def history_context(self, row: Any) -> dict[str, Any]:
        return {"entries": history_of(row.history.all())}

    def row_or_404(self, request: HttpRequest, object_id: str) -> Any:
        if not may_look(request.user):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404(f"There is no such {self.opts.verbose_name}.")
        return row


def admin_url(opts: Any, what: str, *args: Any) -> str:
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{what}", args=args)


def is_complete(form: DeskForm) -> bool:
    """Says whether the form brought along how each field was found."""
    try:
        was = json.loads(form.was)
    except ValueError:
        return False
    return isinstance(was, dict) and form.fields.keys() <= was.keys()
