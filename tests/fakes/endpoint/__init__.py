"""A model endpoint that follows a script: four wire formats on loopback, for real clients in tests.

Stateless but for its faults: which step is next follows from how many results of tools a request carries, so that a
client's retries, titles and token counts disturb nothing. See `Script` for what it can do.
"""

from tests.fakes.endpoint.script import Script, Usage
from tests.fakes.endpoint.server import Endpoint, Faults

__all__ = ["Endpoint", "Faults", "Script", "Usage"]
