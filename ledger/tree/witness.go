package tree

import (
	"errors"
	"fmt"
	"strings"

	"entente/ledger/seal"

	"golang.org/x/mod/sumdb/tlog"
)

// The HTTP statuses of the C2SP tlog-witness protocol; this package knows no network.
const (
	badRequest    = 400
	forbidden     = 403
	notFound      = 404
	conflict      = 409
	unprocessable = 422
)

// Seen is the largest state of a log that a witness has confirmed. The zero
// value means that it has confirmed none. A witness stores it per log, and
// never loses it: it is what makes a rewritten log visible.
type Seen struct {
	Size int64
	Root tlog.Hash
}

// An AddCheckpoint is a request that a witness confirm a new state of a log
// (the body of add-checkpoint in C2SP tlog-witness). Nothing in it is verified
// before Decide.
type AddCheckpoint struct {
	Old    int64 // the size that the witness is thought to have confirmed last
	Proof  tlog.TreeProof
	Origin string // which log; decides whose key and which Seen to use
	Signed []byte // the signed checkpoint
}

// A WitnessRefusal says why a witness does not confirm a checkpoint, with the
// HTTP status that C2SP tlog-witness demands for it.
type WitnessRefusal struct {
	Status int // 400, 403, 404, 409 or 422
	Why    string
	Size   int64 // with 409: the size that was confirmed last
}

func (r *WitnessRefusal) Error() string { return r.Why }

// Body returns what to answer: with 409 the size alone, to be sent as
// text/x.tlog.size, and otherwise the reason.
func (r *WitnessRefusal) Body() string {
	if r.Status == conflict {
		return fmt.Sprintf("%d\n", r.Size)
	}
	return r.Why + "\n"
}

func refuseWitness(status int, format string, args ...any) error {
	return &WitnessRefusal{Status: status, Why: fmt.Sprintf(format, args...)}
}

// UnknownLog is the refusal for a log that the witness does not watch.
func UnknownLog(origin string) error {
	return refuseWitness(notFound, "this witness does not watch the log %.40s", origin)
}

// MaxAddCheckpoint is the most bytes that such a request needs.
const MaxAddCheckpoint = maxCheckpoint + 4<<10

// ParseAddCheckpoint reads the body of a request. Its errors are refusals.
func ParseAddCheckpoint(body []byte) (AddCheckpoint, error) {
	r, err := parseAddCheckpoint(body)
	if err != nil {
		return AddCheckpoint{}, refuseWitness(badRequest, "the request is malformed: %v", err)
	}
	return r, nil
}

func parseAddCheckpoint(body []byte) (AddCheckpoint, error) {
	head, signed, found := strings.Cut(string(body), "\n\n")
	if len(body) > MaxAddCheckpoint || !found {
		return AddCheckpoint{}, errors.New("it is too long or has no empty line")
	}
	lines := strings.Split(head, "\n")
	old, ok := strings.CutPrefix(lines[0], "old ")
	if !ok {
		return AddCheckpoint{}, errors.New("its first line is not old and a size")
	}
	size, err := parseSize(old)
	if err != nil {
		return AddCheckpoint{}, err
	}
	proof, err := parseHashLines(lines[1:])
	if err != nil {
		return AddCheckpoint{}, err
	}
	text, _, err := splitNote([]byte(signed))
	if err != nil {
		return AddCheckpoint{}, err
	}
	c, err := ParseCheckpoint(text)
	return AddCheckpoint{size, proof, c.Origin, []byte(signed)}, err
}

// MarshalText writes the body of the request.
func (r AddCheckpoint) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "old %d\n%s\n%s", r.Old, hashLines(r.Proof), r.Signed), nil
}

// Decide returns what the witness has seen once it confirms the request, or a
// refusal. The caller stores the new state, if the old one is still in place,
// and only then cosigns r.Signed and answers.
func (r AddCheckpoint) Decide(log seal.VKey, seen Seen) (Seen, error) {
	c, err := OpenCheckpoint(r.Signed, log)
	if err != nil {
		return seen, refuseWitness(forbidden, "%v", err)
	}
	empty, _ := tlog.TreeHash(0, nil)
	if seen.Size == 0 {
		seen.Root = empty
	}
	switch {
	case r.Old > c.Size:
		return seen, refuseWitness(badRequest, "the old size %d is larger than the checkpoint's %d", r.Old, c.Size)
	case r.Old != seen.Size:
		return seen, &WitnessRefusal{conflict, fmt.Sprintf("this witness confirmed size %d last, and not %d", seen.Size, r.Old), seen.Size}
	}
	if err := CheckConsistency(r.Proof, seen.Size, seen.Root, c.Size, c.Root); err != nil {
		return seen, refuseWitness(unprocessable, "from size %d to size %d: %v", seen.Size, c.Size, err)
	}
	return Seen{c.Size, c.Root}, nil
}
