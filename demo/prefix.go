package demo

import (
	"container/list"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"slices"
	"sync"

	"entente/demo/prose"
)

// How a prompt is remembered: in steps of 64 tokens, from 128 on, as many steps of all prompts as fit.
const (
	prefixStep  = 64
	prefixLeast = 128
	prefixKept  = 4096
)

// prefixes remember how prompts began, by digest, so that a long beginning that comes again is counted as
// cached. The least recently used are forgotten. The zero value is ready.
type prefixes struct {
	mu    sync.Mutex
	order list.List // of digest, the latest in front
	at    map[digest]*list.Element
}

type digest [sha256.Size]byte

// cached returns how many tokens of a prompt were seen at the beginning of an earlier one, and
// remembers this one. steps are the digests of what the prompt begins with, step by step.
func (p *prefixes) cached(steps []digest) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at == nil {
		p.at = map[digest]*list.Element{}
	}
	known := 0
	for i, d := range steps {
		if _, ok := p.at[d]; ok {
			known = (i + 1) * prefixStep
		}
	}
	for _, d := range slices.Backward(steps) { // so that the shortest is forgotten last
		p.touch(d)
	}
	if known < prefixLeast {
		return 0
	}
	return known
}

func (p *prefixes) touch(d digest) {
	if e, ok := p.at[d]; ok {
		p.order.MoveToFront(e)
		return
	}
	p.at[d] = p.order.PushFront(d)
	if p.order.Len() > prefixKept {
		delete(p.at, p.order.Remove(p.order.Back()).(digest))
	}
}

// A prompt counts the tokens of messages and digests them step by step.
type prompt struct {
	tokens int
	steps  []digest
	hash   hash.Hash
}

// newPrompt reads messages. Each counts one token more than its text has, for who speaks.
func newPrompt(messages []message) *prompt {
	p := &prompt{hash: sha256.New()}
	for _, m := range messages {
		p.add(m.Role)
		for piece := range prose.Pieces(m.Content.text) {
			p.add(piece)
		}
	}
	return p
}

// add writes one token with its size before it, so that no two prompts look alike.
func (p *prompt) add(token string) {
	p.hash.Write(binary.BigEndian.AppendUint32(nil, uint32(len(token))))
	p.hash.Write([]byte(token))
	if p.tokens++; p.tokens%prefixStep == 0 {
		p.steps = append(p.steps, digest(p.hash.Sum(nil)))
	}
}
