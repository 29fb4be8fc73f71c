// Package plot draws small plots that everybody can read: inline SVG with a title and a description
// for those who hear it, classes for the style sheet and no style of its own, and the same numbers in
// a table behind it.
package plot

import (
	"embed"
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
)

// Parts are the template of a Plot ("plot"), for the pages that show one.
//
//go:embed parts/*.html
var Parts embed.FS

// A Plot is a row of numbers, drawn as bars or as a line.
type Plot struct {
	ID      string // of its elements on the page
	Title   string // what is measured: "Calls by day"
	Summary string // what it shows, in a sentence
	Over    string // what the points stand for: "Day"
	Unit    string // of the values, as a column is headed: "Calls"
	Bars    bool   // else a line
	Points  []Point
	Say     func(int64) string // a value in words; nil for its digits
}

// A Point is a value that is not below zero.
type Point struct {
	Name  string // "21 Nov"
	Value int64
}

// Measures of the drawing, in its own units.
const (
	width, height = 640, 200
	left, right   = 64, 8
	top, bottom   = 10, 26
)

// words says a value.
func (p Plot) words(v int64) string {
	if p.Say != nil {
		return p.Say(v)
	}
	return strconv.FormatInt(v, 10)
}

// Rows are the numbers for the table.
func (p Plot) Rows() [][2]string {
	rows := make([][2]string, len(p.Points))
	for i, one := range p.Points {
		rows[i] = [2]string{one.Name, p.words(one.Value)}
	}
	return rows
}

// most is the top of the scale: the least of 1, 2 and 5 times a power of ten that no value exceeds.
func (p Plot) most() int64 {
	largest := int64(1)
	for _, one := range p.Points {
		largest = max(largest, one.Value)
	}
	for power := int64(1); ; power *= 10 {
		for _, digit := range []int64{1, 2, 5} {
			if digit*power >= largest {
				return digit * power
			}
		}
		if power > math.MaxInt64/100 {
			return largest
		}
	}
}

// SVG is the drawing.
func (p Plot) SVG() template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="plot" viewBox="0 0 %d %d" role="img" aria-labelledby="%s-title %s-desc"><title id="%s-title">%s</title><desc id="%s-desc">%s</desc>`,
		width, height, attr(p.ID), attr(p.ID), attr(p.ID), attr(p.Title), attr(p.ID), attr(p.Summary))
	most := p.most()
	scale := []int64{0, most / 2, most}
	if most%2 > 0 { // the middle is no whole number
		scale = []int64{0, most}
	}
	for _, value := range scale {
		y := p.y(value, most)
		fmt.Fprintf(&b, `<line class="plot-grid" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/><text class="plot-scale" x="%d" y="%.1f" text-anchor="end">%s</text>`,
			left, width-right, y, y, left-8, y+4, attr(p.words(value)))
	}
	if p.Bars {
		p.bars(&b, most)
	} else {
		p.line(&b, most)
	}
	if n := len(p.Points); n > 0 {
		fmt.Fprintf(&b, `<text class="plot-scale" x="%d" y="%d">%s</text>`, left, height-6, attr(p.Points[0].Name))
		if n > 1 {
			fmt.Fprintf(&b, `<text class="plot-scale" x="%d" y="%d" text-anchor="end">%s</text>`, width-right, height-6, attr(p.Points[n-1].Name))
		}
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

func (p Plot) y(value, most int64) float64 {
	return float64(height-bottom) - float64(value)/float64(most)*float64(height-bottom-top)
}

func (p Plot) bars(b *strings.Builder, most int64) {
	step := float64(width-left-right) / float64(max(len(p.Points), 1))
	for i, one := range p.Points {
		y := p.y(one.Value, most)
		fmt.Fprintf(b, `<rect class="plot-bar" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, float64(left)+float64(i)*step+step*0.12, y, step*0.76, float64(height-bottom)-y)
	}
}

func (p Plot) line(b *strings.Builder, most int64) {
	step := float64(width-left-right) / float64(max(len(p.Points)-1, 1))
	var at []string
	for i, one := range p.Points {
		at = append(at, fmt.Sprintf("%.1f,%.1f", float64(left)+float64(i)*step, p.y(one.Value, most)))
	}
	switch len(at) {
	case 0:
	case 1:
		x, y, _ := strings.Cut(at[0], ",")
		fmt.Fprintf(b, `<circle class="plot-dot" cx="%s" cy="%s" r="3"/>`, x, y)
	default:
		fmt.Fprintf(b, `<polyline class="plot-line" points="%s"/>`, strings.Join(at, " "))
	}
}

func attr(s string) string { return template.HTMLEscapeString(s) }
