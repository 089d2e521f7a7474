"""Throughput, latency, start and memory on real servers: `python -m bench [names] [--quick | --full]`.

Each figure stands beside a bare one: the same work on the drivers alone, measured in turns in the same run, so that
a ratio holds on any machine. One file per figure; a missed aim is printed and is no error.
"""
