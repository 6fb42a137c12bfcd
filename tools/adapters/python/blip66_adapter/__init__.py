"""A second, independent implementation of the stateless operations, spoken over the adapter protocol."""

__version__ = "1.0"
