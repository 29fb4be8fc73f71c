package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"entente/client"
	"entente/files"
	"entente/ledger/seal"
	"entente/ledger/tree"
	"entente/witness"
)

var witnessCommand = asking("witness", "--state DIR | --at URL [--by VKEY] [--log VKEY] [--name NAME] [-o FILE]", "confirm on your own machine that a node's ledger only grows",
	`
Fetches the agreement's last checkpoint from --node, with a proof that it continues the one confirmed
before, and cosigns it. Run it regularly on a machine that the node's operator does not hold: a ledger
that is rewritten or rolled back from then on is found out, and exit status 1 says so.

With --state DIR you are the witness: the key is made there at the first run, and what was confirmed
is kept there. With --at URL another witness is asked, by tlog-witness of C2SP: URL is its submission
prefix, of your own node https://…/witness. It must follow the log (see --follow of serve). Its key is
--by, or what URL/vkey says. The log's key is learnt at the first run, or given with --log.
-o FILE receives the checkpoint with the cosignature, for `+"`entente ledger verify --checkpoint`.", func(f *flag.FlagSet) {
		f.String("state", "", "a `folder` for the witness's key and memory")
		f.String("at", "", "the `URL` of a witness elsewhere")
		f.String("by", "", "the `key` of the witness at --at")
		f.String("log", "", "the `key` of the log, if you know it from elsewhere: /log/log.vkey")
		f.String("name", "", "the witness's `name`; witness.local if not said")
		f.String("o", "", "write the cosigned checkpoint to this `file`")
	}, runWitness)

// A followed log, and where its tiles are.
type followed struct {
	visitor *visitor
	path    string
	key     seal.VKey
	signed  []byte // its last checkpoint
}

func runWitness(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
	if (text(f, "state") == "") == (text(f, "at") == "") {
		return misusef("say --state DIR to be the witness here, or --at URL to ask another")
	}
	l := &followed{visitor: c, path: "/api/v1/agreements/" + id + "/log/"}
	if err := l.fetch(ctx, env, f); err != nil {
		return err
	}
	confirm := confirmHere
	if text(f, "at") != "" {
		confirm = confirmThere
	}
	by, line, err := confirm(ctx, env, f, l)
	if err != nil {
		return err
	}
	signed, err := tree.AddCosignatures(l.signed, line)
	if err != nil {
		return err
	}
	opened, err := tree.OpenCheckpoint(signed, l.key, by)
	if err != nil {
		return err
	}
	at, ok := opened.CosignedBy(by)
	if !ok {
		return fmt.Errorf("the answer holds no cosignature of %s", by.Origin)
	}
	if name := text(f, "o"); name != "" {
		if err := files.WriteFile(name, signed, 0o600); err != nil {
			return err
		}
	}
	fmt.Fprintf(env.Stdout, "%s confirms %d entries of %s at %s\n%s", by, opened.Size, l.key.Origin, instant(at), line)
	return nil
}

// fetch reads the log's key and its last checkpoint. A key that was learnt before is not learnt again.
func (l *followed) fetch(ctx context.Context, env *Env, f *flag.FlagSet) error {
	known := strings.TrimSpace(text(f, "log"))
	learnt := filepath.Join(text(f, "state"), strings.ReplaceAll(strings.Trim(l.path, "/"), "/", "-")+".vkey")
	if known == "" && text(f, "state") != "" {
		b, err := os.ReadFile(learnt)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		known = strings.TrimSpace(string(b))
	}
	if known == "" {
		var b []byte
		if err := l.visitor.Call(ctx, http.MethodGet, l.path+"log.vkey", nil, &b); err != nil {
			return err
		}
		known = strings.TrimSpace(string(b))
		fmt.Fprintf(env.Stderr, "the node says that the log's key is %s; compare it with the other party's copy\n", known)
	}
	var err error
	if l.key, err = seal.ParseVKey(known); err != nil {
		return misusef("the log's key: %v", err)
	}
	if dir := text(f, "state"); dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := files.WriteFile(learnt, []byte(known+"\n"), 0o600); err != nil {
			return err
		}
	}
	return l.visitor.Call(ctx, http.MethodGet, l.path+"checkpoint", nil, &l.signed)
}

// ask makes the request to a witness that has confirmed so many entries.
func (l *followed) ask(ctx context.Context, old int64) ([]byte, error) {
	return witness.Ask(l.key, l.signed, old, func(path string) (b []byte, err error) {
		return b, l.visitor.Call(ctx, http.MethodGet, l.path+path, nil, &b)
	})
}

// confirmHere is the witness whose key and memory are in a folder of this machine.
func confirmHere(ctx context.Context, env *Env, f *flag.FlagSet, l *followed) (seal.VKey, []byte, error) {
	dir := text(f, "state")
	release, err := files.Lock(dir)
	if err != nil {
		return seal.VKey{}, nil, err
	}
	defer release()
	key, err := witnessIdentity(filepath.Join(dir, "witness.key"))
	if err != nil {
		return seal.VKey{}, nil, err
	}
	name := text(f, "name")
	if name == "" {
		name = "witness.local"
	}
	w := &witness.Witness{Name: name, Key: key, Logs: []seal.VKey{l.key}, Memory: files.Witnessed{Dir: filepath.Join(dir, "seen")}, Now: env.Now}
	seen, err := w.Memory.Seen(ctx, l.key.Origin)
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

func witnessIdentity(name string) (seal.PrivateKey, error) {
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

// confirmThere asks a witness elsewhere. What it has confirmed last it says when it is asked wrongly.
func confirmThere(ctx context.Context, _ *Env, f *flag.FlagSet, l *followed) (by seal.VKey, line []byte, err error) {
	c, err := client.New(text(f, "at"), "")
	if err != nil {
		return by, nil, misusef("%v", err)
	}
	vkey := []byte(text(f, "by"))
	if len(vkey) == 0 {
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
