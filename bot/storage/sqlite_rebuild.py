"""Tortoise's migrations with one correction: a table rebuilt on SQLite keeps its indexes and uniqueness.

SQLite cannot alter a column, so Tortoise (1.1.9) makes a new table, copies the rows and drops the old one, with every
index and every ``unique_together``. ``migrate.py`` handles locks, connections and foreign keys.
"""

from typing import Any

from tortoise.migrations.constraints import UniqueConstraint
from tortoise.migrations.executor import MigrationExecutor, PlanStep
from tortoise.migrations.schema_editor import BaseSchemaEditor, SqliteSchemaEditor

from bot.storage.database_errors import newer


class IndexKeepingSqlite(SqliteSchemaEditor):
    """Rebuilds a table with its indexes and uniqueness."""

    async def _remake_table(
        self, model: Any, create_field: Any = None, delete_field: Any = None, alter_fields: Any = None
    ) -> None:
        table = model._meta.db_table
        indexes = await self._rows(
            f"SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = '{table}' AND sql IS NOT NULL"  # noqa: S608
        )
        uniques = await self._unique_columns(table)
        await super()._remake_table(model, create_field, delete_field, alter_fields)
        columns = {row["name"] for row in await self._rows(f"PRAGMA table_info('{table}')")}
        renamed = {_column(old): _column(new) for old, new in alter_fields or ()}
        for row in indexes:
            # an index on a dropped column goes with it; one on a renamed column needs its own migration step
            if _columns_of(row["sql"]) <= columns:
                await self._run_sql(row["sql"])
        kept = {tuple(one) for one in await self._unique_columns(table)}
        for unique in uniques:
            now = tuple(renamed.get(column, column) for column in unique)
            if columns.issuperset(now) and now not in kept and len(now) > 1:
                await self.add_constraint(model, UniqueConstraint(fields=now))

    async def _unique_columns(self, table: str) -> list[tuple[str, ...]]:
        """Return the columns of every UNIQUE in the table's own definition (origin "u")."""
        found = []
        for index in await self._rows(f"PRAGMA index_list('{table}')"):
            if index["origin"] == "u":
                columns = await self._rows(f"PRAGMA index_info('{index['name']}')")
                found.append(tuple(column["name"] for column in columns))
        return found

    async def _rows(self, sql: str) -> list[dict[str, Any]]:
        return [dict(row) for row in (await self.client.execute_query(sql))[1]]


class IndexKeepingExecutor(MigrationExecutor):
    """Applies migrations with :class:`IndexKeepingSqlite` where it is SQLite."""

    async def plan_known(self) -> list[PlanStep]:
        """Plan the migrations to apply.

        :raises Unusable: the database has migrations that this program does not have.
        """
        plan = await self.plan()
        unknown = [key.name for key in await self.recorder.applied_migrations() if key not in self.loader.graph.nodes]
        if unknown:
            raise newer(sorted(unknown))
        return plan

    def _schema_editor(self, atomic: bool = True, collect_sql: bool = False) -> BaseSchemaEditor:  # noqa: FBT001
        if self.connection.capabilities.dialect == "sqlite":
            return IndexKeepingSqlite(self.connection, atomic=atomic, collect_sql=collect_sql)
        return super()._schema_editor(atomic, collect_sql)


def _column(field: Any) -> str:
    return str(field.source_field or field.model_field_name)


def _columns_of(index_sql: str) -> set[str]:
    """Return the columns of one of the bot's CREATE INDEX statements: plain names, quoted."""
    return {name.strip(' "') for name in index_sql[index_sql.rindex("(") + 1 : index_sql.rindex(")")].split(",")}
