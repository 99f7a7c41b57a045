"""Work of many articles, kept in the archive: it goes on where it stopped, whatever stopped it."""

from qa.jobs.ledger import Told
from qa.jobs.reindexer import Reindexer
from qa.jobs.run import Jobs

__all__ = ["Jobs", "Reindexer", "Told"]
