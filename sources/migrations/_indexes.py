"""Operations on the indexes of single columns."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation


class WithoutIndex(Operation):
    """Takes away the index of one column.

    As `AlterField` does it, but for SQLite, where that one writes the whole table anew.
    """

    def __init__(self, model_name: str, name: str) -> None:
        self.model_name = model_name
        self.name = name

    def state_forwards(self, app_label: str, state: Any) -> None:
        field = state.models[app_label, self.model_name].fields[self.name].clone()
        field.db_index = False
        state.alter_field(app_label, self.model_name, self.name, field, preserve_default=True)

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        column = model._meta.get_field(self.name).column
        declared = {index.name for index in model._meta.indexes}
        names = schema_editor._constraint_names(
            model, [column], index=True, unique=False, exclude=declared
        )
        for name in names:
            schema_editor.execute(schema_editor._delete_index_sql(model, name))

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        field = model._meta.get_field(self.name)
        for statement in schema_editor._field_indexes_sql(model, field):
            schema_editor.execute(statement)

    def describe(self) -> str:
        return f"Take the index of {self.name} of {self.model_name} away"
