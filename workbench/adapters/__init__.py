"""Where the workbench touches the machine: keys, files, child processes."""
