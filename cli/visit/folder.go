package visit

import (
	"errors"
	"flag"
	"os"

	"entente/cli/folder"
	"entente/cli/terminal"
)

// Folder opens the data folder that a command is about.
func Folder(f *flag.FlagSet) (*folder.Folder, error) {
	d, err := folder.Open(terminal.Text(f, "data"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, terminal.Misusef("%v", err)
	}
	return d, err
}
