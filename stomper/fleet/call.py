"""The names of what is in the folder of a repository of a fleet, and of the variable with its settings."""

REPORT, LOG, ARRIVED = "report.json", "log.txt", "arrived.json"
FALLBACK = "STOMPER_DEFAULTS"
