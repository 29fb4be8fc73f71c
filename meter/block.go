package meter

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// A Block is final records as a Store keeps them: many in one run of bytes. It begins with its format
// (1) and the number of its words, then come the words, the number of records, and the records. A word
// is a text that recurs in the block: the agreement, the model and the like. Numbers and lengths are
// uvarints; a word has its length before it, a record too, and a record is the 16 bytes of its ID and
// fields as in the journal, so that a field that is added later needs no new format.
type Block struct {
	bodies [][]byte
	reader reader
}

const blockFormat = 1

// ErrBlock means that bytes are not a block that this release can read.
var ErrBlock = errors.New("this is no block of usage records")

// words are the texts that recur in a block that is being written.
type words struct {
	at   map[string]int
	list []string
	last [128]int // by tag: the word that it had last, which is mostly that which it has next
}

func (w *words) index(tag byte, s string) int {
	if i := w.last[tag-128]; i < len(w.list) && w.list[i] == s {
		return i
	}
	i, known := w.at[s]
	if !known {
		i = len(w.list)
		w.at[s], w.list = i, append(w.list, s)
	}
	w.last[tag-128] = i
	return i
}

// AppendBlock appends the block of some final records to b.
func AppendBlock(b []byte, records []*Record) []byte {
	w := words{at: map[string]int{}}
	bodies := make([]byte, 0, 160*len(records))
	var body []byte
	for _, r := range records {
		body = append(body[:0], r.ID[:]...)
		body = w.putBegun(body, r)
		end := r.result()
		body = w.putEnded(body, r.Closed, r.State == Interrupted, &end)
		bodies = append(binary.AppendUvarint(bodies, uint64(len(body))), body...)
	}
	b = binary.AppendUvarint(append(b, blockFormat), uint64(len(w.list)))
	for _, word := range w.list {
		b = append(binary.AppendUvarint(b, uint64(len(word))), word...)
	}
	b = binary.AppendUvarint(b, uint64(len(records)))
	return append(b, bodies...)
}

// ParseBlock reads where the records of a block are. The block must not change as long as they are read.
func ParseBlock(b []byte) (*Block, error) {
	if len(b) == 0 || b[0] != blockFormat {
		return nil, fmt.Errorf("%w: its format is not %d", ErrBlock, blockFormat)
	}
	list, rest, ok := runs(b[1:])
	if !ok {
		return nil, fmt.Errorf("%w: its words do not parse", ErrBlock)
	}
	block := Block{reader: reader{words: make([]string, len(list))}}
	for i, word := range list {
		block.reader.words[i] = string(word)
	}
	if block.bodies, rest, ok = runs(rest); !ok || len(rest) > 0 {
		return nil, fmt.Errorf("%w: its records do not parse", ErrBlock)
	}
	return &block, nil
}

// runs reads a number and so many runs of bytes, each with its length before it.
func runs(b []byte) (found [][]byte, rest []byte, ok bool) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)) {
		return nil, nil, false
	}
	b = b[size:]
	found = make([][]byte, n)
	for i := range found {
		length, size := binary.Uvarint(b)
		if size <= 0 || length > uint64(len(b)-size) {
			return nil, nil, false
		}
		b = b[size:]
		found[i], b = b[:length:length], b[length:]
	}
	return found, b, true
}

// Len is the number of records.
func (b *Block) Len() int { return len(b.bodies) }

// ID is the ID of the i-th record, zero if the record is damaged.
func (b *Block) ID(i int) (id ID) {
	copy(id[:], b.bodies[i])
	return id
}

// Record reads the i-th record. An error is about this record alone.
func (b *Block) Record(i int) (Record, error) {
	e := entry{kind: kindWhole}
	body := b.bodies[i]
	if len(body) < len(e.rec.ID) || !b.reader.fields(&e, body[len(e.rec.ID):]) {
		return Record{}, fmt.Errorf("record %d, %s: %w", i, b.ID(i), errBody)
	}
	e.rec.ID = b.ID(i)
	e.finish()
	return e.rec, nil
}
