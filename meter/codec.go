package meter

import (
	"encoding/binary"
	"errors"
	"time"
)

// What the journal holds, by kind. A kind is never reused for something else.
const (
	kindOpen    = 1 // a record as it was opened
	kindClose   = 2 // what came of it
	kindShipped = 3 // everything up to this sequence number is in the store
	kindWhole   = 4 // a record from beginning to end; in blocks only
)

// The body of a frame is its kind, its record's ID if it has one, and then fields: a tag, and for
// tags below 128 a number as uvarint, for the others a uvarint length and so many bytes (in a block,
// see words). A field that is absent is zero; a tag that is not known is passed over, so that fields
// can be added. Of flags that stand twice, all count.
const (
	tagVersion   = 1
	tagOpened    = 2 // Unix microseconds
	tagClosed    = 3 // likewise
	tagFirstByte = 4 // microseconds
	tagStatus    = 5
	tagFlags     = 6
	tagUncached  = 7
	tagRead      = 8
	tagWrite     = 9
	tagOutput    = 10
	tagReasoning = 11
	tagBytesIn   = 12
	tagBytesOut  = 13
	tagUpTo      = 14
	tagToolCalls = 15
	tagDeviates  = 16
	tagUnits     = 17

	tagHeldInput  = 20
	tagHeldOutput = 21
	tagHeldBytes  = 22
	tagMostInput  = 40
	tagMostOutput = 41

	tagID          = 128
	tagAgreement   = 129
	tagPolicy      = 130
	tagKey         = 131
	tagParty       = 132
	tagComponent   = 133
	tagEnvironment = 134
	tagPurpose     = 135
	tagDataClass   = 136
	tagOperation   = 137
	tagModel       = 138
	tagClientID    = 139
	tagOutcome     = 140
	tagAnswered    = 141
	tagDigest      = 142
	tagCustomer    = 150
	tagClause      = 151
	tagTier        = 152
	tagRegion      = 153
	tagItem        = 160
)

const (
	flagStream      = 1
	flagKnown       = 2
	flagEstimated   = 4
	flagInterrupted = 8
	flagDisputed    = 16
)

var errBody = errors.New("the body of a frame does not parse")

func putNumber(b []byte, tag byte, n int64) []byte {
	if n <= 0 {
		return b
	}
	return binary.AppendUvarint(append(b, tag), uint64(n))
}

// putText writes a text that recurs, once if there are words.
func (w *words) putText(b []byte, tag byte, s string) []byte {
	if s == "" {
		return b
	}
	if w != nil {
		return binary.AppendUvarint(append(b, tag), uint64(w.index(tag, s))<<1|1)
	}
	return append(binary.AppendUvarint(append(b, tag), uint64(len(s))), s...)
}

// putUnique writes a text that does not recur.
func (w *words) putUnique(b []byte, tag byte, s string) []byte {
	if s == "" {
		return b
	}
	n := uint64(len(s))
	if w != nil {
		n <<= 1
	}
	return append(binary.AppendUvarint(append(b, tag), n), s...)
}

func appendOpen(b []byte, r *Record) []byte {
	b = append(b, kindOpen, tagID, byte(len(r.ID)))
	b = append(b, r.ID[:]...)
	return (*words)(nil).putBegun(b, r)
}

// putBegun writes the fields of a record that are known when it is opened.
func (w *words) putBegun(b []byte, r *Record) []byte {
	b = putNumber(b, tagOpened, r.Opened.UnixMicro())
	b = putNumber(b, tagVersion, int64(r.Version))
	b = putNumber(b, tagFlags, flag(r.Stream, flagStream))
	b = w.putText(b, tagAgreement, r.Agreement)
	b = w.putText(b, tagPolicy, r.Policy)
	b = w.putText(b, tagKey, r.Key)
	b = w.putText(b, tagParty, r.Party)
	b = w.putText(b, tagComponent, r.Component)
	b = w.putText(b, tagEnvironment, r.Environment)
	b = w.putText(b, tagPurpose, r.Purpose)
	b = w.putText(b, tagDataClass, r.DataClass)
	b = w.putText(b, tagOperation, r.Operation)
	b = w.putText(b, tagModel, r.Model)
	b = w.putText(b, tagCustomer, r.Customer)
	b = w.putText(b, tagItem, r.Item)
	b = putNumber(b, tagHeldInput, r.Held.Input)
	b = putNumber(b, tagHeldOutput, r.Held.Output)
	b = putNumber(b, tagHeldBytes, r.Held.Bytes)
	return w.putUnique(b, tagClientID, r.ClientRequestID)
}

func appendClose(b []byte, id ID, closed time.Time, interrupted bool, r *Result) []byte {
	b = append(b, kindClose, tagID, byte(len(id)))
	b = append(b, id[:]...)
	return (*words)(nil).putEnded(b, closed, interrupted, r)
}

// putEnded writes the fields of a record that are known when it is closed.
func (w *words) putEnded(b []byte, closed time.Time, interrupted bool, r *Result) []byte {
	b = putNumber(b, tagClosed, closed.UnixMicro())
	b = putNumber(b, tagFlags, flag(r.TokensKnown, flagKnown)|flag(r.Estimated, flagEstimated)|flag(interrupted, flagInterrupted)|flag(r.Disputed, flagDisputed))
	b = putNumber(b, tagFirstByte, r.FirstByte.Microseconds())
	b = putNumber(b, tagStatus, int64(r.Status))
	b = putNumber(b, tagUncached, r.Tokens.InputUncached)
	b = putNumber(b, tagRead, r.Tokens.CacheRead)
	b = putNumber(b, tagWrite, r.Tokens.CacheWrite)
	b = putNumber(b, tagOutput, r.Tokens.Output)
	b = putNumber(b, tagReasoning, r.Tokens.Reasoning)
	b = putNumber(b, tagMostInput, r.Most.Input)
	b = putNumber(b, tagMostOutput, r.Most.Output)
	b = putNumber(b, tagBytesIn, r.BytesIn)
	b = putNumber(b, tagBytesOut, r.BytesOut)
	b = putNumber(b, tagToolCalls, r.ToolCalls)
	b = putNumber(b, tagUnits, r.Units)
	b = putNumber(b, tagDeviates, int64(r.Deviations))
	b = w.putText(b, tagOutcome, string(r.Outcome))
	b = w.putText(b, tagClause, r.Clause)
	b = w.putText(b, tagAnswered, r.AnsweredModel)
	b = w.putText(b, tagTier, r.Served.Tier)
	b = w.putText(b, tagRegion, r.Served.Region)
	return w.putUnique(b, tagDigest, r.UsageDigest)
}

func appendShipped(b []byte, upTo uint64) []byte {
	return putNumber(append(b, kindShipped), tagUpTo, int64(upTo))
}

func flag(set bool, bit int64) int64 {
	if set {
		return bit
	}
	return 0
}

// An entry is the body of a frame, read: a record as far as the frame tells it.
type entry struct {
	kind byte
	rec  Record
	upTo uint64 // kindShipped
}

// A reader turns bodies into entries. It keeps one copy of each text that recurs.
type reader struct {
	seen  map[string]string
	last  [128]string // by tag: the text that was read last, which is mostly that which comes next
	words []string    // of the block; nil for frames
}

func (d *reader) text(tag byte, b []byte) string {
	if s := &d.last[tag-128]; *s != string(b) {
		*s = d.known(b)
	}
	return d.last[tag-128]
}

func (d *reader) known(b []byte) string {
	if s, ok := d.seen[string(b)]; ok {
		return s
	}
	if d.seen == nil || len(d.seen) >= 4096 {
		d.seen = map[string]string{}
	}
	s := string(b)
	d.seen[s] = s
	return s
}

// read reads a body into e.
func (d *reader) read(body []byte, e *entry) error {
	if len(body) == 0 {
		return errBody
	}
	*e = entry{kind: body[0]}
	if !d.fields(e, body[1:]) {
		return errBody
	}
	if e.kind != kindShipped && e.rec.ID.IsZero() {
		return errBody
	}
	e.finish()
	return nil
}

// fields reads the fields of a body, and reports whether they parse.
func (d *reader) fields(e *entry, rest []byte) bool {
	for len(rest) > 0 {
		tag := rest[0]
		n, size := binary.Uvarint(rest[1:])
		if size <= 0 || n > 1<<63-1 {
			return false
		}
		rest = rest[1+size:]
		if tag < 128 {
			e.setNumber(tag, int64(n))
			continue
		}
		if d.words != nil {
			if n&1 == 1 {
				if n>>1 >= uint64(len(d.words)) {
					return false
				}
				e.setWord(tag, d.words[n>>1])
				continue
			}
			n >>= 1
		}
		if n > uint64(len(rest)) {
			return false
		}
		d.setText(e, tag, rest[:n])
		rest = rest[n:]
	}
	return true
}

func (e *entry) setNumber(tag byte, n int64) {
	r := &e.rec
	switch tag {
	case tagVersion:
		r.Version = int(n)
	case tagOpened:
		r.Opened = time.UnixMicro(n).UTC()
	case tagClosed:
		r.Closed = time.UnixMicro(n).UTC()
	case tagFirstByte:
		r.FirstByte = time.Duration(min(n, 1<<53)) * time.Microsecond
	case tagStatus:
		r.Status = int(n)
	case tagFlags:
		e.setFlags(n)
	case tagUncached:
		r.Tokens.InputUncached = n
	case tagRead:
		r.Tokens.CacheRead = n
	case tagWrite:
		r.Tokens.CacheWrite = n
	case tagOutput:
		r.Tokens.Output = n
	case tagReasoning:
		r.Tokens.Reasoning = n
	case tagBytesIn:
		r.BytesIn = n
	case tagBytesOut:
		r.BytesOut = n
	case tagToolCalls:
		r.ToolCalls = n
	case tagUnits:
		r.Units = n
	case tagDeviates:
		r.Deviations = Deviations(n)
	case tagHeldInput:
		r.Held.Input = n
	case tagHeldOutput:
		r.Held.Output = n
	case tagHeldBytes:
		r.Held.Bytes = n
	case tagMostInput:
		r.Most.Input = n
	case tagMostOutput:
		r.Most.Output = n
	case tagUpTo:
		e.upTo = uint64(n)
	}
}

func (e *entry) setFlags(n int64) {
	e.rec.Stream = e.rec.Stream || n&flagStream != 0
	e.rec.TokensKnown = e.rec.TokensKnown || n&flagKnown != 0
	e.rec.Estimated = e.rec.Estimated || n&flagEstimated != 0
	e.rec.Disputed = e.rec.Disputed || n&flagDisputed != 0
	if n&flagInterrupted != 0 {
		e.rec.State = Interrupted
	}
}

func (d *reader) setText(e *entry, tag byte, b []byte) {
	switch tag {
	case tagID:
		if len(b) == len(e.rec.ID) {
			copy(e.rec.ID[:], b)
		}
	case tagClientID:
		e.rec.ClientRequestID = string(b)
	case tagDigest:
		e.rec.UsageDigest = string(b)
	default:
		e.setWord(tag, d.text(tag, b))
	}
}

// setWord sets a text that recurs.
func (e *entry) setWord(tag byte, s string) {
	r := &e.rec
	switch tag {
	case tagAgreement:
		r.Agreement = s
	case tagPolicy:
		r.Policy = s
	case tagKey:
		r.Key = s
	case tagParty:
		r.Party = s
	case tagComponent:
		r.Component = s
	case tagEnvironment:
		r.Environment = s
	case tagPurpose:
		r.Purpose = s
	case tagDataClass:
		r.DataClass = s
	case tagOperation:
		r.Operation = s
	case tagModel:
		r.Model = s
	case tagCustomer:
		r.Customer = s
	case tagItem:
		r.Item = s
	case tagClause:
		r.Clause = s
	case tagOutcome:
		r.Outcome = Outcome(s)
	case tagAnswered:
		r.AnsweredModel = s
	case tagTier:
		r.Served.Tier = s
	case tagRegion:
		r.Served.Region = s
	}
}

// finish gives the entry the state that its kind says, unless a flag already did.
func (e *entry) finish() {
	switch {
	case e.kind == kindOpen:
		e.rec.State = Open
	case e.rec.State == "" && (e.kind == kindClose || e.kind == kindWhole):
		e.rec.State = Closed
	}
}

// end closes the open record r as its closing entry says.
func (r *Record) end(c *Record) {
	r.Closed, r.State, r.Outcome, r.Clause, r.Status = c.Closed, c.State, c.Outcome, c.Clause, c.Status
	if r.Closed.Before(r.Opened) {
		r.Closed = r.Opened
	}
	r.FirstByte, r.Usage = c.FirstByte, c.Usage
	r.BytesIn, r.BytesOut, r.ToolCalls, r.Deviations = c.BytesIn, c.BytesOut, c.ToolCalls, c.Deviations
}

// result is what closed a record.
func (r *Record) result() Result {
	return Result{Outcome: r.Outcome, Clause: r.Clause, Status: r.Status, FirstByte: r.FirstByte, Usage: r.Usage,
		BytesIn: r.BytesIn, BytesOut: r.BytesOut, ToolCalls: r.ToolCalls, Deviations: r.Deviations}
}
