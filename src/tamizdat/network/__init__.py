"""The line to the outside: the one place that opens connections, the proxy they go through, and how fast they may be.

Who needs the network asks :func:`tamizdat.network.connect.connect` for a connected socket and never makes one itself;
a test looks through every module for those who do. So one rule holds everywhere: when a proxy is set, nothing leaves
any other way, no name look-up either.
"""
