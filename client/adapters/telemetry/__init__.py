"""Events of the client as OpenTelemetry spans and metrics; needs the extra ``[otel]``."""
