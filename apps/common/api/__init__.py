"""What every machine interface shares: page numbers, clean bodies, refusals in words, and their place in the OpenAPI document."""
