"""Which figures a study can have, filed by what they are about; `catalogue` lists them all."""
