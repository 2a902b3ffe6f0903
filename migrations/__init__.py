"""The tables' history for both databases: made with ``tortoise makemigrations``, applied by ``storage/migrate.py``."""
