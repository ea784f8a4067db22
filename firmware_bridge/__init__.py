"""Everything that touches the outside: ports, brokers, clocks, disks, people."""
