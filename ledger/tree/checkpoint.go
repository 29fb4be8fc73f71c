package tree

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"entente/ledger/canonical"
	"entente/ledger/seal"

	"golang.org/x/mod/sumdb/tlog"
)

// MaxSize is the most entries that a log may claim to have. (Arithmetic on tree
// sizes beyond 2^62 would never end.)
const MaxSize = 1 << 48

// maxCheckpoint is the most bytes of a signed checkpoint.
const maxCheckpoint = 64 << 10

// A Checkpoint says what a log was at one moment: so many entries, and the hash
// of all of them (C2SP tlog-checkpoint, without extension lines).
type Checkpoint struct {
	Origin string // names the log: "<host>/<agreement id>"
	Size   int64
	Root   tlog.Hash
}

// Text returns the three lines that are signed.
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
}

// ParseCheckpoint reads the three lines.
func ParseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return Checkpoint{}, errors.New("a checkpoint has three lines: origin, size and root hash")
	}
	size, err := parseSize(lines[1])
	if err != nil {
		return Checkpoint{}, err
	}
	root, err := canonical.DecodeBase64(lines[2], tlog.HashSize)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("reading the root hash: %w", err)
	}
	if !seal.ValidName(lines[0]) {
		return Checkpoint{}, fmt.Errorf("the origin %.40q is empty or holds a space or a plus", lines[0])
	}
	return Checkpoint{lines[0], size, tlog.Hash(root)}, nil
}

func parseSize(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > MaxSize || strconv.FormatInt(n, 10) != s {
		return 0, fmt.Errorf("%.40q is not a number of entries", s)
	}
	return n, nil
}

// SignCheckpoint returns c as a note signed by the log's key.
func SignCheckpoint(c Checkpoint, k seal.PrivateKey) ([]byte, error) {
	if _, err := ParseCheckpoint(c.Text()); err != nil {
		return nil, fmt.Errorf("signing a checkpoint: %w", err)
	}
	return k.SignNote(c.Text(), c.Origin)
}

// Cosign returns the signature line, ending in a newline, by which a witness
// states that at the given time (whole seconds) this was the largest state of
// the log that it had seen, and consistent with all before. Verify the
// checkpoint and store what was seen before handing the line out.
func Cosign(signed []byte, name string, k seal.PrivateKey, at time.Time) ([]byte, error) {
	text, _, err := splitNote(signed)
	if err != nil {
		return nil, fmt.Errorf("cosigning: %w", err)
	}
	if at.Unix() <= 0 {
		return nil, errors.New("cosigning: the time is missing")
	}
	return k.CosignNote(text, name, at)
}

// AddCosignatures puts signature lines under a signed checkpoint, leaving out
// those that are there already. It verifies nothing: OpenCheckpoint does.
func AddCosignatures(signed, lines []byte) ([]byte, error) {
	out := bytes.Clone(signed)
	for line := range bytes.Lines(lines) {
		if !bytes.Contains(out, append([]byte("\n"), line...)) {
			out = append(out, line...)
		}
	}
	_, _, err := splitNote(out)
	return out, err
}

// A SignedCheckpoint is a checkpoint whose signatures were verified.
type SignedCheckpoint struct {
	Checkpoint
	Cosignatures []Cosignature // by known witnesses, in the order of the note
	Unknown      []string      // names of further signatures, which prove nothing
}

// A Cosignature says that a witness confirmed a checkpoint.
type Cosignature struct {
	Witness seal.VKey
	At      time.Time // whole seconds, UTC
}

// CosignedBy returns when the witness confirmed the checkpoint, if it did.
func (c SignedCheckpoint) CosignedBy(w seal.VKey) (time.Time, bool) {
	for _, s := range c.Cosignatures {
		if s.Witness == w {
			return s.At, true
		}
	}
	return time.Time{}, false
}

// OpenCheckpoint verifies a signed checkpoint: its form to the last byte, the
// signature of the log, whose name is the origin, and every signature by one of
// the witnesses. Which witnesses must have signed is for the caller to decide.
func OpenCheckpoint(signed []byte, log seal.VKey, witnesses ...seal.VKey) (SignedCheckpoint, error) {
	text, lines, err := splitNote(signed)
	if err != nil {
		return SignedCheckpoint{}, err
	}
	c, err := ParseCheckpoint(text)
	if err != nil {
		return SignedCheckpoint{}, err
	}
	opened := SignedCheckpoint{Checkpoint: c}
	byLog := false
	for _, line := range lines {
		k, known := line.signer(log, witnesses)
		switch {
		case !known:
			opened.Unknown = append(opened.Unknown, line.name)
		case !k.Verify([]byte(text), line.signature):
			return SignedCheckpoint{}, fmt.Errorf("the signature of %s does not fit the checkpoint", k.Origin)
		case k == log:
			byLog = true
		default:
			at := time.Unix(int64(binary.BigEndian.Uint64(line.signature)), 0).UTC()
			opened.Cosignatures = append(opened.Cosignatures, Cosignature{k, at})
		}
	}
	if !byLog || c.Origin != log.Origin {
		return SignedCheckpoint{}, fmt.Errorf("the checkpoint is not signed by the log %s", log.Origin)
	}
	return opened, nil
}

// A signatureLine is one line under a note.
type signatureLine struct {
	name      string
	id        uint32
	signature []byte
}

func (l signatureLine) signer(log seal.VKey, witnesses []seal.VKey) (seal.VKey, bool) {
	isMine := func(k seal.VKey) bool { return k.Origin == l.name && k.KeyHash() == l.id }
	if isMine(log) {
		return log, true
	}
	if i := slices.IndexFunc(witnesses, isMine); i >= 0 && witnesses[i].Kind == seal.WitnessKind {
		return witnesses[i], true
	}
	return seal.VKey{}, false
}

// splitNote takes a signed checkpoint apart. There is exactly one way to write
// each part, and no key signs twice, so that no byte can be changed unseen.
func splitNote(signed []byte) (string, []signatureLine, error) {
	malformed := errors.New("this is not a signed checkpoint: expected three lines, an empty line and signature lines")
	text, rest, found := strings.Cut(string(signed), "\n\n")
	if len(signed) > maxCheckpoint || !found || !strings.HasSuffix(rest, "\n") {
		return "", nil, malformed
	}
	var lines []signatureLine
	for line := range strings.Lines(rest) {
		name, encoded, ok := strings.Cut(strings.TrimPrefix(line, "— "), " ")
		encoded = strings.TrimSuffix(encoded, "\n")
		b, err := base64.StdEncoding.DecodeString(encoded)
		if !ok || !strings.HasPrefix(line, "— ") || !seal.ValidName(name) || err != nil || len(b) < 5 || canonical.EncodeBase64(b) != encoded {
			return "", nil, malformed
		}
		l := signatureLine{name, binary.BigEndian.Uint32(b), b[4:]}
		for _, other := range lines {
			if other.name == l.name && other.id == l.id {
				return "", nil, fmt.Errorf("%.40s signed the checkpoint twice", name)
			}
		}
		lines = append(lines, l)
	}
	return text + "\n", lines, nil
}
