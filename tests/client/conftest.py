"""What the client's tests share."""

import hypothesis

# The time of one example says nothing on a machine with other work to do.
hypothesis.settings.register_profile("client", deadline=None)
hypothesis.settings.load_profile("client")
