"""The parts of a file: found, cut out, and checked against their schemas as they stream by."""
