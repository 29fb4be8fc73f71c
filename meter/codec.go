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
)

// The body of a frame is its kind and then fields: a tag, and for tags below 128 a number
// as uvarint, for the others a uvarint length and so many bytes. A field that is absent
// is zero; a tag that is not known is passed over, so that fields can be added.
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

func putText(b []byte, tag byte, s string) []byte {
	if s == "" {
		return b
	}
	return append(binary.AppendUvarint(append(b, tag), uint64(len(s))), s...)
}

func appendOpen(b []byte, r *Record) []byte {
	b = append(b, kindOpen, tagID, byte(len(r.ID)))
	b = append(b, r.ID[:]...)
	b = putNumber(b, tagOpened, r.Opened.UnixMicro())
	b = putNumber(b, tagVersion, int64(r.Version))
	b = putNumber(b, tagFlags, flag(r.Stream, flagStream))
	b = putText(b, tagAgreement, r.Agreement)
	b = putText(b, tagPolicy, r.Policy)
	b = putText(b, tagKey, r.Key)
	b = putText(b, tagParty, r.Party)
	b = putText(b, tagComponent, r.Component)
	b = putText(b, tagEnvironment, r.Environment)
	b = putText(b, tagPurpose, r.Purpose)
	b = putText(b, tagDataClass, r.DataClass)
	b = putText(b, tagOperation, r.Operation)
	b = putText(b, tagModel, r.Model)
	b = putText(b, tagCustomer, r.Customer)
	b = putNumber(b, tagHeldInput, r.Held.Input)
	b = putNumber(b, tagHeldOutput, r.Held.Output)
	b = putNumber(b, tagHeldBytes, r.Held.Bytes)
	return putText(b, tagClientID, r.ClientRequestID)
}

func appendClose(b []byte, id ID, closed time.Time, interrupted bool, r *Result) []byte {
	b = append(b, kindClose, tagID, byte(len(id)))
	b = append(b, id[:]...)
	b = putNumber(b, tagClosed, closed.UnixMicro())
	b = putNumber(b, tagFlags, flag(r.TokensKnown, flagKnown)|flag(r.Estimated, flagEstimated)|flag(interrupted, flagInterrupted)|flag(r.Disputed, flagDisputed))
	b = putNumber(b, tagFirstByte, r.FirstByte.Microseconds())
	b = putNumber(b, tagStatus, int64(r.Status))
	b = putNumber(b, tagUncached, r.Tokens.InputUncached)
	b = putNumber(b, tagRead, r.Tokens.CacheRead)
	b = putNumber(b, tagWrite, r.Tokens.CacheWrite)
	b = putNumber(b, tagOutput, r.Tokens.Output)
	b = putNumber(b, tagReasoning, r.Tokens.Reasoning)
	b = putNumber(b, tagBytesIn, r.BytesIn)
	b = putNumber(b, tagBytesOut, r.BytesOut)
	b = putNumber(b, tagToolCalls, r.ToolCalls)
	b = putNumber(b, tagUnits, r.Units)
	b = putNumber(b, tagDeviates, int64(r.Deviations))
	b = putText(b, tagOutcome, string(r.Outcome))
	b = putText(b, tagClause, r.Clause)
	b = putText(b, tagAnswered, r.AnsweredModel)
	return putText(b, tagDigest, r.UsageDigest)
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
type reader struct{ seen map[string]string }

func (d *reader) text(b []byte) string {
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

func (d *reader) read(body []byte) (entry, error) {
	if len(body) == 0 {
		return entry{}, errBody
	}
	e := entry{kind: body[0]}
	for rest := body[1:]; len(rest) > 0; {
		tag := rest[0]
		n, size := binary.Uvarint(rest[1:])
		if size <= 0 || n > 1<<63-1 {
			return entry{}, errBody
		}
		rest = rest[1+size:]
		if tag < 128 {
			e.setNumber(tag, int64(n))
			continue
		}
		if n > uint64(len(rest)) {
			return entry{}, errBody
		}
		d.setText(&e, tag, rest[:n])
		rest = rest[n:]
	}
	if e.kind != kindShipped && e.rec.ID.IsZero() {
		return entry{}, errBody
	}
	e.finish()
	return e, nil
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
	case tagUpTo:
		e.upTo = uint64(n)
	}
}

func (e *entry) setFlags(n int64) {
	e.rec.Stream = n&flagStream != 0
	e.rec.TokensKnown = n&flagKnown != 0
	e.rec.Estimated = n&flagEstimated != 0
	e.rec.Disputed = n&flagDisputed != 0
	if n&flagInterrupted != 0 {
		e.rec.State = Interrupted
	}
}

func (d *reader) setText(e *entry, tag byte, b []byte) {
	r := &e.rec
	switch tag {
	case tagID:
		if len(b) == len(r.ID) {
			copy(r.ID[:], b)
		}
	case tagAgreement:
		r.Agreement = d.text(b)
	case tagPolicy:
		r.Policy = d.text(b)
	case tagKey:
		r.Key = d.text(b)
	case tagParty:
		r.Party = d.text(b)
	case tagComponent:
		r.Component = d.text(b)
	case tagEnvironment:
		r.Environment = d.text(b)
	case tagPurpose:
		r.Purpose = d.text(b)
	case tagDataClass:
		r.DataClass = d.text(b)
	case tagOperation:
		r.Operation = d.text(b)
	case tagModel:
		r.Model = d.text(b)
	case tagCustomer:
		r.Customer = d.text(b)
	case tagClause:
		r.Clause = d.text(b)
	case tagClientID:
		r.ClientRequestID = string(b)
	case tagOutcome:
		r.Outcome = Outcome(d.text(b))
	case tagAnswered:
		r.AnsweredModel = d.text(b)
	case tagDigest:
		r.UsageDigest = string(b)
	}
}

// finish gives the entry the state that its kind says, unless a flag already did.
func (e *entry) finish() {
	switch {
	case e.kind == kindOpen:
		e.rec.State = Open
	case e.kind == kindClose && e.rec.State == "":
		e.rec.State = Closed
	}
}

// closedBy returns the open record r with what its closing entry says.
func (r Record) closedBy(c *Record) Record {
	r.Closed, r.State, r.Outcome, r.Clause, r.Status = c.Closed, c.State, c.Outcome, c.Clause, c.Status
	if r.Closed.Before(r.Opened) {
		r.Closed = r.Opened
	}
	r.FirstByte, r.Usage = c.FirstByte, c.Usage
	r.BytesIn, r.BytesOut, r.ToolCalls, r.Deviations = c.BytesIn, c.BytesOut, c.ToolCalls, c.Deviations
	return r
}
