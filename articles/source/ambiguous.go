package source

import (
	"regexp"
	"strings"

	"github.com/goccy/go-yaml/token"
)

// ambiguous refuses texts that YAML readers are known to read differently, so that a file says the
// same wherever it is read: texts without quotes that go on over several lines, begin with a
// reserved sign, or stand no further in than their key.
func (r *reader) ambiguous(tokens token.Tokens) {
	flow := 0
	var before, key *token.Token // the last two tokens that are no comments
	for i, t := range tokens {
		switch t.Type {
		case token.CommentType:
			continue
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.InvalidType:
			r.invalid = t
		case token.LiteralType, token.FoldedType:
			if !blockHeader.MatchString(strings.TrimSpace(t.Origin)) {
				r.invalid = t
			}
		case token.StringType:
			if before == nil || before.Type != token.LiteralType && before.Type != token.FoldedType {
				r.plainText(t)
			}
		}
		if flow == 0 && outdented(key, before, t, following(tokens[i+1:])) {
			r.atPlace(t.Position.Line, t.Position.Column, "ambiguous-text", "this value stands no further in than the key that it belongs to").
				Mend("indent it below its key, or write it on the line of the key")
		}
		before, key = t, before
	}
}

// blockHeader is what may stand behind a key whose text follows line by line.
var blockHeader = regexp.MustCompile(`^[|>]([1-9][-+]?|[-+][1-9]?)?$`)

func (r *reader) plainText(t *token.Token) {
	at := t.Position
	switch {
	case strings.Contains(strings.TrimSpace(t.Origin), "\n"):
		r.atPlace(at.Line, at.Column, "ambiguous-text", "a text without quotes goes on over several lines").
			Mend("put it in double quotes, or write >- after the key and indent the text below it")
	case t.Value == "?" || strings.IndexAny(t.Value, ",[]{}%@`") == 0:
		r.atPlace(at.Line, at.Column, "ambiguous-text", "a text without quotes begins with %q", t.Value[:1]).Mend("put it in double quotes")
	}
}

// outdented reports whether t is a value that begins on a later line than its key or hyphen, and no
// further to the right.
func outdented(key, before, t, after *token.Token) bool {
	if before == nil || t.Position.Line <= before.Position.Line {
		return false
	}
	switch t.Type {
	case token.SequenceEntryType, token.MappingKeyType, token.DocumentHeaderType, token.DocumentEndType, token.InvalidType:
		return false
	}
	switch before.Type {
	case token.SequenceEntryType:
		return t.Position.Column <= before.Position.Column
	case token.MappingValueType:
		if after != nil && after.Type == token.MappingValueType && after.Position.Line == t.Position.Line {
			return false // t is the next key
		}
		return key != nil && key.Position.Line == before.Position.Line && t.Position.Column <= key.Position.Column
	}
	return false
}

// following is the next token that is no comment.
func following(tokens token.Tokens) *token.Token {
	for _, t := range tokens {
		if t.Type != token.CommentType {
			return t
		}
	}
	return nil
}
