package visit

import (
	"errors"
	"flag"
	"os"

	"entente/cli/node"
	"entente/cli/terminal"
)

// Folder opens the data folder that a command is about.
func Folder(f *flag.FlagSet) (*node.Folder, error) {
	d, err := node.OpenFolder(terminal.Text(f, "data"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, terminal.Misusef("%v", err)
	}
	return d, err
}
