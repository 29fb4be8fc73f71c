// Package follow brings the checkpoints of a node's ledger to a witness: one on this machine, or one
// elsewhere that speaks tlog-witness of C2SP.
package follow

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"entente/client"
	"entente/files"
	"entente/ledger/seal"
	"entente/ledger/tree"
	"entente/witness"
)

// A Log is one that is followed. Node and Path say where it is: the path ends in a slash.
type Log struct {
	Node   *client.Client
	Path   string
	Key    seal.VKey
	Signed []byte // its last checkpoint
}

// Fetch reads the log's last checkpoint and, unless it is known, its key. Where a folder is given, a
// key is learnt there once and never again; fresh says that it was learnt now.
func (l *Log) Fetch(ctx context.Context, known, dir string) (fresh bool, err error) {
	learnt := filepath.Join(dir, strings.ReplaceAll(strings.Trim(l.Path, "/"), "/", "-")+".vkey")
	if known == "" && dir != "" {
		b, err := os.ReadFile(learnt)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, err
		}
		known = strings.TrimSpace(string(b))
	}
	if fresh = known == ""; fresh {
		var b []byte
		if err := l.Node.Call(ctx, http.MethodGet, l.Path+"log.vkey", nil, &b); err != nil {
			return false, err
		}
		known = strings.TrimSpace(string(b))
	}
	if l.Key, err = seal.ParseVKey(known); err != nil {
		return fresh, fmt.Errorf("the log's key: %w", err)
	}
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fresh, err
		}
		if err := files.WriteFile(learnt, []byte(known+"\n"), 0o600); err != nil {
			return fresh, err
		}
	}
	return fresh, l.Node.Call(ctx, http.MethodGet, l.Path+"checkpoint", nil, &l.Signed)
}

// ask makes the request to a witness that has confirmed so many entries.
func (l *Log) ask(ctx context.Context, old int64) ([]byte, error) {
	return witness.Ask(l.Key, l.Signed, old, func(path string) (b []byte, err error) {
		return b, l.Node.Call(ctx, http.MethodGet, l.Path+path, nil, &b)
	})
}

// Here asks the witness whose key and memory are in a folder of this machine, made if it is new. It
// returns the witness's key and the line of its cosignature.
func Here(ctx context.Context, l *Log, dir, name string, now func() time.Time) (seal.VKey, []byte, error) {
	release, err := files.Lock(dir)
	if err != nil {
		return seal.VKey{}, nil, err
	}
	defer release()
	key, err := ownKey(filepath.Join(dir, "witness.key"))
	if err != nil {
		return seal.VKey{}, nil, err
	}
	w := &witness.Witness{Name: name, Key: key, Logs: []seal.VKey{l.Key}, Memory: files.Witnessed{Dir: filepath.Join(dir, "seen")}, Now: now}
	seen, err := w.Memory.Seen(ctx, l.Key.Origin)
	if err != nil {
		return seal.VKey{}, nil, err
	}
	body, err := l.ask(ctx, seen.Size)
	if err != nil {
		return seal.VKey{}, nil, err
	}
	line, err := w.Add(ctx, body)
	var no *tree.WitnessRefusal
	if errors.As(err, &no) {
		err = fmt.Errorf("THE LEDGER DOES NOT CONTINUE WHAT WAS CONFIRMED, %d entries: %w", seen.Size, err)
	}
	return w.VKey(), line, err
}

func ownKey(name string) (seal.PrivateKey, error) {
	b, err := os.ReadFile(name)
	if !errors.Is(err, fs.ErrNotExist) {
		if err != nil {
			return seal.PrivateKey{}, err
		}
		return seal.PrivateKeyFromSeed(strings.TrimSpace(string(b)))
	}
	k, err := seal.Generate(rand.Reader)
	if err != nil {
		return k, err
	}
	return k, files.WriteFile(name, []byte(k.RevealSeed()+"\n"), 0o600)
}

// There asks a witness elsewhere, at its submission prefix; its key is known, or it says it itself.
// What it has confirmed last it says when it is asked wrongly.
func There(ctx context.Context, l *Log, c *client.Client, known string) (by seal.VKey, line []byte, err error) {
	vkey := []byte(known)
	if known == "" {
		if err := c.Call(ctx, http.MethodGet, "/vkey", nil, &vkey); err != nil {
			return by, nil, err
		}
	}
	if by, err = seal.ParseVKey(strings.TrimSpace(string(vkey))); err != nil {
		return by, nil, fmt.Errorf("the key of the witness: %w", err)
	}
	for old := int64(0); ; {
		body, err := l.ask(ctx, old)
		if err != nil {
			return by, nil, err
		}
		status, answer, err := addCheckpoint(ctx, c, body)
		last, number := strconv.ParseInt(strings.TrimSpace(string(answer)), 10, 64)
		switch {
		case err != nil:
			return by, nil, err
		case status == http.StatusConflict && number == nil && last > old:
			old = last
		case status != http.StatusOK:
			return by, nil, fmt.Errorf("%s does not confirm the checkpoint (%d): %s", by.Origin, status, bytes.TrimSpace(answer))
		default:
			return by, answer, nil
		}
	}
}

func addCheckpoint(ctx context.Context, c *client.Client, body []byte) (status int, answer []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Base+"/add-checkpoint", bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "text/plain")
	w, err := c.Via.RoundTrip(r)
	if err != nil {
		return 0, nil, fmt.Errorf("asking the witness: %w", err)
	}
	defer w.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(w.Body, tree.MaxAddCheckpoint))
	return w.StatusCode, answer, err
}
