"""Fields of what clients send: text is text, a reference is an id that is there."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db.models import Model
from rest_framework import serializers

from sources.models.base import https_only
from sources.texts import MAX_LINE, MAX_TEXT

MAX_NUMBER = 2_147_483_647
IS_LANGUAGE = RegexValidator(
    r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z", "Give a BCP 47 code such as en, uk or pt-BR."
)


class Text(serializers.CharField):
    """A text in NFC; numbers and booleans are refused, not turned into text."""

    def __init__(self, *, most: int = MAX_TEXT, **options: Any) -> None:
        options.setdefault("allow_blank", not options.get("required", False))
        super().__init__(max_length=most, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return unicodedata.normalize("NFC", super().to_internal_value(data))


class Line(Text):
    """A text of one line."""

    def __init__(self, *, most: int = MAX_LINE, **options: Any) -> None:
        super().__init__(most=most, **options)

    def to_internal_value(self, data: Any) -> str:
        return " ".join(super().to_internal_value(data).split())


class Language(Line):
    """A BCP 47 code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(most=35, allow_blank=False, validators=[IS_LANGUAGE], **options)


class Address(Line):
    """An http or https address, or ""."""

    def __init__(self, **options: Any) -> None:
        super().__init__(most=2_000, validators=[https_only], **options)


class Day(serializers.DateField):
    """A day as 2025-03-27."""

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **options)
        words = "Write the day as 2025-03-27."
        self.validators += [
            MinValueValidator(date(1000, 1, 1), words),
            MaxValueValidator(date(9998, 12, 31), words),
        ]
        self.error_messages["invalid"] = words

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class Code(serializers.ChoiceField):
    """One of our codes."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=str(data)[:40])
        return super().to_internal_value(data)


class Number(serializers.DecimalField):
    """A count: up to 14 digits and four decimals, as a number or as text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=18, decimal_places=4, **options)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number that fits the column."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("min_value", 0)
        super().__init__(max_value=MAX_NUMBER, **options)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool | str):
            self.fail("invalid")
        return super().to_internal_value(data)


class YesNo(serializers.BooleanField):
    """true or false, and not a word for it."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=str(data)[:40])
        return data


class Reference(serializers.SlugRelatedField):
    """The id of a row, or the code or slug where it goes by one."""

    default_error_messages = {"does_not_exist": "There is none with this id."}

    def __init__(self, model: type[Model] | None = None, by: str = "public_id", **options: Any):
        if model is not None:
            options["queryset"] = model._default_manager.all()
        super().__init__(slug_field=by, **options)

    def to_internal_value(self, data: Any) -> Any:
        if self.slug_field == "pk":
            if not isinstance(data, int) or isinstance(data, bool) or data > MAX_NUMBER:
                self.fail("does_not_exist")
        elif not isinstance(data, str) or len(data) > 200:
            self.fail("invalid")
        return super().to_internal_value(data)


class Version(Whole):
    """The version that an update is based on; If-Match can say it as well."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, help_text="The version you read.", **options)
