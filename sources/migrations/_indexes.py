"""Operations on the indexes of single columns."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation


class WithoutIndexes(Operation):
    """Takes away the indexes of single columns of one model.

    As `AlterField` does it, but for SQLite, where that one writes the whole table anew.
    """

    def __init__(self, model_name: str, *names: str) -> None:
        self.model_name = model_name
        self.names = names

    def state_forwards(self, app_label: str, state: Any) -> None:
        fields = state.models[app_label, self.model_name].fields
        for name in self.names:
            fields[name] = fields[name].clone()
            fields[name].db_index = False
        # Not `alter_field`, which makes most models anew: no other one sees these indexes.
        state.reload_model(app_label, self.model_name, delay=True)

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        declared = {index.name for index in model._meta.indexes}
        for name in self.names:
            column = model._meta.get_field(name).column
            for index in schema_editor._constraint_names(
                model, [column], index=True, unique=False, exclude=declared
            ):
                schema_editor.execute(schema_editor._delete_index_sql(model, index))

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        for name in self.names:
            for statement in schema_editor._field_indexes_sql(model, model._meta.get_field(name)):
                schema_editor.execute(statement)

    def describe(self) -> str:
        return f"Take indexes of {self.model_name} away: {', '.join(self.names)}"
