package terminal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"entente/files"
)

// WriteBeside writes a file unless the very same is there already.
func WriteBeside(name string, content []byte) error {
	if have, err := os.ReadFile(name); err == nil && bytes.Equal(have, content) {
		return nil
	}
	if err := Absent(name); err != nil {
		return err
	}
	return files.WriteFile(name, content, 0o644)
}

// WriteNew writes a file that is not there yet; without a name, or to -, it prints.
func WriteNew(env *Env, out string, content []byte) error {
	if out == "" || out == "-" {
		_, err := env.Stdout.Write(content)
		return err
	}
	if err := Absent(out); err != nil {
		return err
	}
	return files.WriteFile(out, content, 0o644)
}

// Absent refuses a name under which there is a file already.
func Absent(name string) error {
	if _, err := os.Stat(name); err == nil {
		return fmt.Errorf("%s is there already; choose another name with -o", name)
	} else if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// ReadAtMost reads a file, and no more than one byte more than it may have.
func ReadAtMost(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1))
}
