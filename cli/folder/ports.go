package folder

// PortsFile is where a running node says in its own folder where it listens.
const PortsFile = "ports.json"
