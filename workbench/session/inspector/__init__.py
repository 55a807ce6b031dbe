"""A conversation with tools, taken apart: every request, reply, call and result, step by step."""
