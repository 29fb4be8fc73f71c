package governance

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// An Expression computes an indicator from measured facts:
//
//	sum     = product { ("+" | "-") product }
//	product = factor { ("*" | "/") factor }
//	factor  = name | number | "(" sum ")"
//
// A name is a fact such as calls.refused; a number is a decimal such as 1000 or 0.5.
type Expression string

// A Node is a parsed expression: a number, a fact's name, or two operands and their operator.
type Node struct {
	Number      string // a decimal, where the node is a number
	Fact        string // a name, where the node is a fact
	Op          byte   // + - * /, where the node is an operation
	Left, Right *Node
}

// What an expression may be at most: it is read by people.
const (
	longestExpression = 300
	deepestExpression = 30
)

// ErrExpression means that an expression cannot be read.
var ErrExpression = errors.New("the expression cannot be read")

// Parse reads the expression. It knows nothing of which facts exist.
func (e Expression) Parse() (*Node, error) {
	if len(e) > longestExpression {
		return nil, fmt.Errorf("%w: it is longer than %d characters", ErrExpression, longestExpression)
	}
	p := &parser{text: string(e)}
	n, err := p.sum(0)
	if err != nil {
		return nil, err
	}
	if p.skip(); p.at < len(p.text) {
		return nil, p.unexpected("an operator or the end")
	}
	return n, nil
}

// Facts are the names in the expression, each once, in the order in which they first appear.
func (n *Node) Facts() []string {
	if n == nil {
		return nil
	}
	var names []string
	if n.Fact != "" {
		names = append(names, n.Fact)
	}
	for _, name := range append(n.Left.Facts(), n.Right.Facts()...) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// String is the expression in one form, with parentheses only where they are needed.
func (n *Node) String() string {
	switch {
	case n.Op == 0 && n.Fact != "":
		return n.Fact
	case n.Op == 0:
		return n.Number
	}
	return n.Left.within(n.Op, false) + " " + string(n.Op) + " " + n.Right.within(n.Op, true)
}

// within is the node as an operand of op; the right operand of - and / needs its parentheses.
func (n *Node) within(op byte, right bool) string {
	if n.Op != 0 && (binds(n.Op) < binds(op) || right && binds(n.Op) == binds(op)) {
		return "(" + n.String() + ")"
	}
	return n.String()
}

func binds(op byte) int {
	if op == '*' || op == '/' {
		return 2
	}
	return 1
}

type parser struct {
	text string
	at   int
}

func (p *parser) sum(depth int) (*Node, error) { return p.row("+-", depth, p.product) }

func (p *parser) product(depth int) (*Node, error) { return p.row("*/", depth, p.factor) }

// row reads operands with operators of one rank between them, from left to right.
func (p *parser) row(ops string, depth int, operand func(depth int) (*Node, error)) (*Node, error) {
	left, err := operand(depth)
	for err == nil {
		op := p.peek()
		if op == 0 || !strings.ContainsRune(ops, rune(op)) {
			return left, nil
		}
		p.at++
		var right *Node
		right, err = operand(depth)
		left = &Node{Op: op, Left: left, Right: right}
	}
	return nil, err
}

func (p *parser) factor(depth int) (*Node, error) {
	switch c := p.peek(); {
	case c == '(':
		return p.parenthesis(depth + 1)
	case c >= '0' && c <= '9':
		return p.number()
	case c >= 'a' && c <= 'z':
		return p.name()
	}
	return nil, p.unexpected("a fact, a number or a parenthesis")
}

func (p *parser) parenthesis(depth int) (*Node, error) {
	if depth > deepestExpression {
		return nil, fmt.Errorf("%w: parentheses are nested more than %d deep", ErrExpression, deepestExpression)
	}
	p.at++
	n, err := p.sum(depth)
	if err != nil {
		return nil, err
	}
	if p.peek() != ')' {
		return nil, p.unexpected("a closing parenthesis")
	}
	p.at++
	return n, nil
}

func (p *parser) number() (*Node, error) {
	n := &Node{Number: p.take("0123456789.")}
	whole, rest, point := strings.Cut(n.Number, ".")
	if whole == "" || point && rest == "" || strings.Contains(rest, ".") || len(n.Number) > 19 {
		return nil, fmt.Errorf("%w: %q is not a decimal number", ErrExpression, n.Number)
	}
	return n, nil
}

func (p *parser) name() (*Node, error) {
	return &Node{Fact: p.take("abcdefghijklmnopqrstuvwxyz0123456789_.")}, nil
}

// take reads as many of the characters as come.
func (p *parser) take(of string) string {
	rest := p.text[p.at:]
	n := len(rest) - len(strings.TrimLeft(rest, of))
	p.at += n
	return rest[:n]
}

// peek is the next character that is not a space; 0 at the end.
func (p *parser) peek() byte {
	if p.skip(); p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *parser) skip() {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\n' || p.text[p.at] == '\t') {
		p.at++
	}
}

func (p *parser) unexpected(want string) error {
	at := len([]rune(p.text[:p.at])) + 1
	if p.at == len(p.text) {
		return fmt.Errorf("%w: it ends where %s is expected", ErrExpression, want)
	}
	got := []rune(p.text[p.at:])[0]
	return fmt.Errorf("%w: %q at character %d, where %s is expected", ErrExpression, got, at, want)
}
