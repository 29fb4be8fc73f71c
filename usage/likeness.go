package usage

import "bytes"

// A likeness is the last event that carried one piece of text: the next one mostly is the same, around
// another piece. It then says what the last one said, and need not be read.
type likeness struct {
	event   []byte
	at, end int // of the text in it, without its quotation marks; end is 0 if there is no such event
}

// maxAlike is more than most events of a few words take.
const maxAlike = 512

// text is how many bytes of text an event carries that is like the last one. A text that needs no
// escape ends nowhere but where the last one did.
func (l *likeness) text(data []byte) (n int64, ok bool) {
	end := len(data) - (len(l.event) - l.end)
	if l.end == 0 || end < l.at || !bytes.Equal(data[:l.at], l.event[:l.at]) || !bytes.Equal(data[end:], l.event[l.end:]) {
		return 0, false
	}
	text := data[l.at:end]
	return int64(len(text)), bytes.IndexByte(text, '"') < 0 && bytes.IndexByte(text, '\\') < 0
}

// note remembers an event in which that was found.
func (l *likeness) note(data []byte, found said) {
	if l.end = 0; found.count != 1 || len(data) > maxAlike {
		return
	}
	l.event = append(l.event[:0], data...)
	l.at = cap(data) - cap(found.last) // it is a part of data
	l.end = l.at + len(found.last)
}
