"""`manage.py setup`: the first administrator and the site's name, on a database without demo."""

from __future__ import annotations

import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction

from sources.people import Role
from statements.imports.vocabulary import load_vocabulary
from statements.models import Site


class Command(BaseCommand):
    """Asks at a terminal; with --no-input takes all answers from options and the environment."""

    help = (
        "Makes the first administrator, names the site and loads measures, topics and places. "
        "Asks for what is missing; run again, it changes only what you answer. The password is never an option, since others on the "
        "machine can read the command line: it is asked for, or read from SETUP_ADMIN_PASSWORD."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--no-input", action="store_true", help="ask nothing; fail when an answer is missing"
        )
        parser.add_argument(
            "--admin-name",
            default=os.environ.get("SETUP_ADMIN_NAME", ""),
            help="log-in name of the administrator (or SETUP_ADMIN_NAME)",
        )
        parser.add_argument(
            "--site-name",
            default=os.environ.get("SETUP_SITE_NAME", ""),
            help="name of the site, on every page (or SETUP_SITE_NAME)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            site = Site.load()
            Group.objects.get(name=Role.ADMIN)
        except (DatabaseError, Group.DoesNotExist) as error:
            raise CommandError(
                "The database is not ready. Run `manage.py migrate` first."
            ) from error
        if site.is_sample:
            raise CommandError(
                "This database holds the sample data of `make demo`, and its pages say so. "
                "Set DATABASE_URL to an empty database for a site of your own."
            )
        may_ask = not options["no_input"]
        try:
            password = self._save(site, options["admin_name"], options["site_name"], may_ask)
        except (EOFError, KeyboardInterrupt):
            raise CommandError("Stopped. Nothing was changed.") from None
        if password:
            self.stdout.write("Log in at /admin/ and add your colleagues there, each with a role.")

    def _save(self, site: Site, admin_name: str, site_name: str, may_ask: bool) -> bool:
        """Asks first and saves last. Returns whether an administrator was added."""
        there_are = sorted(
            User.objects.filter(groups__name=Role.ADMIN, is_active=True).values_list(
                "username", flat=True
            )
        )
        user = None
        if there_are and admin_name in ("", *there_are):
            self.stdout.write(f"Administrator: {', '.join(there_are)} (was there before).")
        else:
            user = self._new_administrator(admin_name, may_ask)
        if not site_name and may_ask:
            site_name = input(f"Name of the site [{site.name}]: ").strip()
        site.name = site_name or site.name
        try:
            site.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None

        with transaction.atomic():
            site.save()
            if user is not None:
                user.save()
                user.groups.add(Group.objects.get(name=Role.ADMIN))
            added = load_vocabulary()
        if user is not None:
            self.stdout.write(self.style.SUCCESS(f"Administrator: {user.username} (new)."))
        self.stdout.write(self.style.SUCCESS(f"Site: {site.name}."))
        if any(added.values()):
            listed = ", ".join(f"{number} {kind}" for kind, number in added.items())
            self.stdout.write(f"Vocabulary: {listed} (new; change them in the admin).")
        return user is not None

    def _new_administrator(self, name: str, may_ask: bool) -> User:
        while True:
            if not name and may_ask:
                name = input("Log-in name of the administrator [admin]: ").strip()
            # A superuser, so that no administrator added later can lock the first one out. It
            # gives no editorial power: every rule asks for a role (DOMAIN §4).
            user = User(username=name or "admin", is_staff=True, is_superuser=True)
            try:
                user.clean_fields(exclude=["password"])
                user.validate_unique()
            except ValidationError as error:
                if not may_ask:
                    raise CommandError(f"{user.username}: {' '.join(error.messages)}") from None
                self.stderr.write(" ".join(error.messages))
                name = ""
                continue
            user.set_password(self._password(user, may_ask))
            return user

    def _password(self, user: User, may_ask: bool) -> str:
        told = os.environ.get("SETUP_ADMIN_PASSWORD", "")
        if told or not may_ask:
            if not told:
                raise CommandError("Set SETUP_ADMIN_PASSWORD, or leave out --no-input.")
            try:
                validate_password(told, user)
            except ValidationError as error:
                raise CommandError(f"SETUP_ADMIN_PASSWORD: {' '.join(error.messages)}") from None
            return told
        while True:
            password = getpass.getpass("Password: ")
            try:
                validate_password(password, user)
            except ValidationError as error:
                self.stderr.write(" ".join(error.messages))
                continue
            if password == getpass.getpass("The same password again: "):
                return password
            self.stderr.write("The two differ. Once more:")
