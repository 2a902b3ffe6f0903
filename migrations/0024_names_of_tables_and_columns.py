"""Tables and columns get the names that the code has for them."""

from dataclasses import dataclass, field

from tortoise import migrations
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State

_CONSTRAINTS = """
SELECT c.conname AS name, r.relname AS target, array_agg(a.attname ORDER BY k.place)::text[] AS columns
FROM pg_constraint c
CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k(number, place)
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
LEFT JOIN pg_class r ON r.oid = c.confrelid
WHERE c.conrelid = $1::regclass GROUP BY c.oid, c.conname, r.relname
"""


@dataclass(frozen=True, kw_only=True)
class Model:
    """A model with its table, columns and indexes, by their names of before, and the names that they get."""

    name: str
    to: str
    table: str
    #: the relation back from other models
    related: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    indexes: dict[str, str] = field(default_factory=dict)

    def column(self, name: str) -> str:
        """Return the name that a column has from now on."""
        return self.columns.get(name, name)


class Rename(ops.TortoiseOperation):
    """Rename models, all in one step, as Tortoise copies all that it knows of all models for each.

    Its own operations (1.1.9) do not do: ``RenameModel`` keeps the relations back from other models under the old name
    and then finds them twice, and ``RenameField`` forgets indexes and ``unique_together``.
    """

    reversible = False

    def __init__(self, *models: Model) -> None:
        self.models = models

    def state_forward(self, app_label: str, state: State) -> None:
        """Rename what Tortoise knows of the models."""
        for model in self.models:
            known = state.models.pop((app_label, model.name))
            state.apps.unregister_model(app_label, model.name)
            known.name = model.to
            known.table = known.options["table"] = model.table
            known.fields = {model.column(name): each for name, each in known.fields.items()}
            for name, each in known.fields.items():
                each.model_field_name = name
                if model.related and isinstance(each, ForeignKeyFieldInstance):
                    each.related_name = model.related
            known.options["unique_together"] = tuple(
                tuple(map(model.column, names)) for names in known.options.get("unique_together", ())
            )
            known.options["indexes"] = tuple(
                Index(fields=tuple(map(model.column, each.field_names)), name=model.indexes.get(each.name, each.name))
                for each in known.options.get("indexes", ())
            )
            state.models[app_label, model.to] = known
        state.reload_models(set(state.models))

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Rename what the database has."""
        if state_editor is None:
            return
        postgres = state_editor.client.capabilities.dialect == "postgres"
        for model in self.models:
            old = old_state.models[app_label, model.name].table
            if old != model.table:
                await state_editor._run_sql(f'ALTER TABLE "{old}" RENAME TO "{model.table}"')
            for name, after in model.columns.items():
                await state_editor._run_sql(f'ALTER TABLE "{model.table}" RENAME COLUMN "{name}" TO "{after}"')
            for name, after in model.indexes.items():
                if postgres:
                    await state_editor._run_sql(f'ALTER INDEX "{name}" RENAME TO "{after}"')
                    continue
                indexes = new_state.models[app_label, model.to].options["indexes"]
                index = next(each for each in indexes if each.name == after)
                await state_editor._run_sql(f'DROP INDEX "{name}"')
                await state_editor.add_index(new_state.apps.get_model(f"{app_label}.{model.to}"), index)
            if postgres and not state_editor.collect_sql:
                await self._rename_in_postgres(state_editor, old, model.table)

    async def _rename_in_postgres(self, editor: BaseSchemaEditor, old: str, new: str) -> None:
        """Give a table's constraints and sequence the names that they have in a new database."""
        for row in await editor.client.execute_query_dict(_CONSTRAINTS, [new]):
            name, columns = row["name"], list(row["columns"])
            if name.startswith("uid_"):
                after = editor._generate_index_name_for_table("uid", new, columns)
            elif name.startswith("fk_"):
                after = editor._generate_fk_name(new, columns[0], row["target"], "id")
            else:
                after = name.replace(f"{old}_", f"{new}_", 1)
            if name != after:
                await editor._run_sql(f'ALTER TABLE "{new}" RENAME CONSTRAINT "{name}" TO "{after}"')
        if old != new:
            await editor._run_sql(f'ALTER SEQUENCE "{old}_id_seq" RENAME TO "{new}_id_seq"')


class Migration(migrations.Migration):
    dependencies = [("models", "0023_names")]

    initial = False

    operations = [
        Rename(
            Model(
                name="Link",
                to="PostedMessage",
                table="posted_messages",
                related="posted_messages",
                columns={"locked_told_at": "locked_notice_at"},
                indexes={f"links_{each}": f"posted_messages_{each}" for each in ("entry", "message", "thread")},
            ),
            Model(
                name="Push",
                to="HubSubscription",
                table="hub_subscriptions",
                related="hub_subscription",
                columns={"asks": "attempts"},
                indexes={"pushes_due": "hub_subscriptions_due"},
            ),
            Model(
                name="Endpoint",
                to="Connection",
                table="connections",
                related="connections",
                columns={"kind": "system"},
            ),
            Model(
                name="SummedComment",
                to="SummarisedComment",
                table="summarised_comments",
                related="summarised_comments",
                columns={"told_at": "summarised_at"},
                indexes={
                    "summed_comments_told": "summarised_comments_summarised",
                    "summed_comments_comment": "summarised_comments_comment",
                },
            ),
            Model(
                name="AlertedComment",
                to="AlertedComment",
                table="alerted_comments",
                columns={"told_at": "alerted_at"},
                indexes={"alerted_comments_told": "alerted_comments_alerted"},
            ),
            Model(
                name="Feed",
                to="Feed",
                table="feeds",
                columns={
                    "fault": "failure_reason",
                    "memory": "fetch_state",
                    "moved_seen": "redirect_count",
                    "moved_since": "redirected_since",
                    "moved_to": "redirect_url",
                    "pushed_until": "hub_trusted_until",
                    "told_at": "notified_at",
                    "whole_at": "last_full_poll_at",
                },
            ),
            Model(name="Alias", to="Alias", table="aliases", columns={"key_hash": "name_hash"}),
            Model(name="Blog", to="Blog", table="blogs", columns={"saved_at": "last_requested_at"}),
            Model(name="Comment", to="Comment", table="comments", columns={"moved_at": "entry_corrected_at"}),
            Model(
                name="Delivery",
                to="Delivery",
                table="deliveries",
                columns={"patient_since": "retry_since"},
            ),
            Model(
                name="Entry",
                to="Entry",
                table="entries",
                columns={"closed_at": "comments_closed_at", "taken_for": "split_from"},
            ),
            Model(name="Reply", to="Reply", table="replies", columns={"answer_token": "interaction_token"}),
            Model(
                name="Subscription",
                to="Subscription",
                table="subscriptions",
                columns={"locked_to_channel": "locked_thread_fallback", "mentions": "mentioned_roles"},
            ),
        )
    ]
