package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"entente/agreement"
	"entente/files"
	"entente/ledger/tree"
	"entente/register"
)

// ConfirmedDir has a file for each agreement: the last checkpoint of its ledger that a party has cosigned.
const ConfirmedDir = "confirmed"

// confirmed returns the checkpoint that is remembered of an agreement; nil if there is none.
func confirmed(dir string, id agreement.ID) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join(dir, ConfirmedDir, string(id)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return b, err
}

// Confirm keeps a checkpoint of an agreement that a party has cosigned.
func Confirm(dir string, id agreement.ID, signed []byte) error {
	if err := files.MakeDir(filepath.Join(dir, ConfirmedDir)); err != nil {
		return err
	}
	return files.WriteFile(filepath.Join(dir, ConfirmedDir, string(id)), signed, 0o600)
}

// Confirmation is a checkpoint of an agreement that a party has cosigned.
func Confirmation(v *register.View, signed []byte) (tree.SignedCheckpoint, error) {
	o, _ := v.Keyring.Opened()
	c, err := tree.OpenCheckpoint(signed, o.Log, o.Parties.A.Witness, o.Parties.B.Witness)
	if err == nil && len(c.Cosignatures) == 0 {
		err = errors.New("neither party has cosigned it")
	}
	return c, err
}
