package egress

import "bytes"

// A Body is a request's body that is there as a whole. A RoundTripper of this package sends it in one
// piece with the head, and sends it again where a call may be sent again.
type Body struct {
	whole []byte
	bytes.Reader
}

// Reset makes whole the body. Nobody may change it until the call's answer has been read.
func (b *Body) Reset(whole []byte) {
	b.whole = whole
	b.Reader.Reset(whole)
}

// left is what has not been read.
func (b *Body) left() []byte { return b.whole[len(b.whole)-b.Len():] }

// Close does nothing.
func (b *Body) Close() error { return nil }
