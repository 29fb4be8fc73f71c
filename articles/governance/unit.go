package governance

import (
	"fmt"
)

// A dimension says how often money and time are factors of a figure: money 1 is an amount, time 1
// is milliseconds, both 0 is a plain number.
type dimension struct{ money, time int }

func (u Unit) dimension() dimension {
	switch u {
	case Money:
		return dimension{money: 1}
	case Milliseconds:
		return dimension{time: 1}
	}
	return dimension{}
}

func (d dimension) String() string {
	switch d {
	case dimension{}:
		return "a plain number or a percentage"
	case dimension{money: 1}:
		return "an amount of money"
	case dimension{time: 1}:
		return "a time in milliseconds"
	}
	return "a figure without a usual unit"
}

// dimension is what the expression's value is a figure of. Names that are no facts count as plain
// numbers; they are a finding of their own.
func (n *Node) dimension() (dimension, error) {
	if n.Op == 0 {
		f, _ := FactNamed(n.Fact)
		return f.Unit.dimension(), nil
	}
	l, err := n.Left.dimension()
	if err != nil {
		return l, err
	}
	r, err := n.Right.dimension()
	if err != nil {
		return r, err
	}
	switch n.Op {
	case '*':
		return dimension{l.money + r.money, l.time + r.time}, nil
	case '/':
		return dimension{l.money - r.money, l.time - r.time}, nil
	}
	if l != r {
		return l, fmt.Errorf("%s is %s and %s is %s; they cannot be added or subtracted", n.Left, l, n.Right, r)
	}
	return l, nil
}

// dividesByZero reports whether a divisor is the number zero.
func (n *Node) dividesByZero() bool {
	if n.Op == 0 {
		return false
	}
	return n.Op == '/' && n.Right.isZero() || n.Left.dividesByZero() || n.Right.dividesByZero()
}

func (n *Node) isZero() bool {
	if n.Op != 0 || n.Fact != "" {
		return false
	}
	for _, c := range n.Number {
		if c != '0' && c != '.' {
			return false
		}
	}
	return true
}
