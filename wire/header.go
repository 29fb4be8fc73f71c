package wire

import (
	"net/http"
	"strings"
)

// A Field is one line of a message's header. Its name is canonical, as http.CanonicalHeaderKey writes it.
type Field struct{ Name, Value string }

// A Header is the fields of a message, in the order of their lines. Messages have few: to look
// through a list of them costs less than to make the map that net/http has.
type Header []Field

// HeaderOf is what net/http read.
func HeaderOf(from http.Header) Header {
	h := make(Header, 0, len(from)+2)
	for name, values := range from {
		for _, v := range values {
			h = append(h, Field{name, v})
		}
	}
	return h
}

// AddTo puts the fields into a header of net/http.
func (h Header) AddTo(to http.Header) {
	for _, f := range h {
		to[f.Name] = append(to[f.Name], f.Value)
	}
}

// Get is the value of the first field of a canonical name; empty if there is none.
func (h Header) Get(name string) string {
	value, _ := h.Find(name)
	return value
}

// Find is the value of the first field of a canonical name, and how many there are.
func (h Header) Find(name string) (first string, count int) {
	for i := range h {
		if h[i].Name == name {
			if count == 0 {
				first = h[i].Value
			}
			count++
		}
	}
	return first, count
}

// Has reports whether there is a field of a canonical name.
func (h Header) Has(name string) bool {
	for i := range h {
		if h[i].Name == name {
			return true
		}
	}
	return false
}

// Lists reports whether a field that is a list has a word, in whatever case.
func (h Header) Lists(name, word string) bool {
	for i := range h {
		if h[i].Name == name && lists(h[i].Value, word) {
			return true
		}
	}
	return false
}

func lists(line, word string) bool {
	for part := range strings.SplitSeq(line, ",") {
		if strings.EqualFold(trim(part), word) {
			return true
		}
	}
	return false
}

// Add puts one more field behind the others.
func (h *Header) Add(name, value string) { *h = append(*h, Field{name, value}) }

// Set makes a value the only one of its name.
func (h *Header) Set(name, value string) {
	for i := range *h {
		if (*h)[i].Name == name {
			(*h)[i].Value = value
			rest := (*h)[i+1:]
			*h = append((*h)[:i+1], without(rest, name)...)
			return
		}
	}
	h.Add(name, value)
}

// Del takes away all fields of a name.
func (h *Header) Del(name string) { *h = without(*h, name) }

func without(h Header, name string) Header {
	if !h.Has(name) {
		return h
	}
	kept := h[:0]
	for _, f := range h {
		if f.Name != name {
			kept = append(kept, f)
		}
	}
	return kept
}

// Append writes the fields as they go out, each with its line's end. Nothing in a value begins a line
// of its own.
func (h Header) Append(b []byte) []byte {
	for i := range h {
		v := h[i].Value
		if strings.IndexByte(v, '\n') >= 0 || strings.IndexByte(v, '\r') >= 0 {
			v = breaks.Replace(v)
		}
		b = append(append(append(append(b, h[i].Name...), ": "...), v...), "\r\n"...)
	}
	return b
}

var breaks = strings.NewReplacer("\r", " ", "\n", " ")
