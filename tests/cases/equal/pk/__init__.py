from pk.inner import thing
