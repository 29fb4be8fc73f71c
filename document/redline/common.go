package redline

import "slices"

// A pair is the place of one thing in the old and in the new order.
type pair struct{ old, new int }

// cells is the largest table that common fills; beyond it, it looks for what is there just once.
const cells = 1 << 20

// common are the pairs of a longest common subsequence, in order. Where the two are too long for that, it
// keeps to what each has just once, and what stands between such things.
func common(a, b []string) []pair {
	var head, tail []pair
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		head = append(head, pair{start, start})
		start++
	}
	x, y := a[start:], b[start:]
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
		tail = append(tail, pair{start + len(x), start + len(y)})
	}
	slices.Reverse(tail)
	between := longest(x, y)
	for i := range between {
		between[i].old += start
		between[i].new += start
	}
	return slices.Concat(head, between, tail)
}

func longest(a, b []string) []pair {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	if len(a)*len(b) > cells {
		return anchored(a, b)
	}
	wide := len(b) + 1
	length := make([]int32, (len(a)+1)*wide)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				length[i*wide+j] = length[(i+1)*wide+j+1] + 1
			} else {
				length[i*wide+j] = max(length[(i+1)*wide+j], length[i*wide+j+1])
			}
		}
	}
	var pairs []pair
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			pairs = append(pairs, pair{i, j})
			i, j = i+1, j+1
		case length[(i+1)*wide+j] >= length[i*wide+j+1]:
			i++
		default:
			j++
		}
	}
	return pairs
}

// anchored pairs what both have just once, and looks again between those pairs.
func anchored(a, b []string) []pair {
	var pairs []pair
	from := pair{-1, -1}
	for _, next := range append(rising(unique(a, b)), pair{len(a), len(b)}) {
		x, y := a[from.old+1:next.old], b[from.new+1:next.new]
		if len(x) < len(a) || len(y) < len(b) {
			for _, p := range common(x, y) {
				pairs = append(pairs, pair{from.old + 1 + p.old, from.new + 1 + p.new})
			}
		}
		if next.old < len(a) {
			pairs = append(pairs, next)
		}
		from = next
	}
	return pairs
}

// unique are the places of what both have exactly once, in the old order.
func unique(a, b []string) []pair {
	inA, inB := places(a), places(b)
	var pairs []pair
	for i, s := range a {
		if len(inA[s]) == 1 && len(inB[s]) == 1 {
			pairs = append(pairs, pair{i, inB[s][0]})
		}
	}
	return pairs
}

func places(all []string) map[string][]int {
	at := map[string][]int{}
	for i, s := range all {
		at[s] = append(at[s], i)
	}
	return at
}

// rising are the most pairs whose new places rise with their old ones; the others have moved.
func rising(pairs []pair) []pair {
	before := make([]int, len(pairs)) // the pair that stands before each in its longest row
	var ends []int                    // ends[n] ends the row of length n+1 whose last place is smallest
	for i, p := range pairs {
		n, _ := slices.BinarySearchFunc(ends, p.new, func(e, place int) int { return pairs[e].new - place })
		before[i] = -1
		if n > 0 {
			before[i] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, i)
		} else {
			ends[n] = i
		}
	}
	var out []pair
	if len(ends) == 0 {
		return nil
	}
	for i := ends[len(ends)-1]; i >= 0; i = before[i] {
		out = append(out, pairs[i])
	}
	slices.Reverse(out)
	return out
}
