package plot_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entente/console/plot"
)

// marks are the elements of a drawing by their class, each with its attributes.
func marks(t interface{ Fatal(...any) }, svg string) map[string][]map[string]string {
	found := map[string][]map[string]string{}
	for dec := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := dec.Token()
		if err == io.EOF {
			return found
		}
		if err != nil {
			t.Fatal(err, svg)
		}
		if e, ok := token.(xml.StartElement); ok {
			attrs := map[string]string{}
			for _, a := range e.Attr {
				attrs[a.Name.Local] = a.Value
			}
			if _, styled := attrs["style"]; styled {
				t.Fatal("a style that no policy lets pass: ", svg)
			}
			found[attrs["class"]] = append(found[attrs["class"]], attrs)
		}
	}
}

func TestBarsStandOnTheirScale(t *testing.T) {
	p := plot.Plot{ID: "calls", Title: `Calls <by> "day"`, Summary: "It grows.", Bars: true, Points: []plot.Point{{"20 Nov", 0}, {"21 Nov", 30}, {"22 Nov", 60}}}
	all := marks(t, string(p.SVG()))
	bars := all["plot-bar"]
	if len(bars) != 3 || bars[0]["height"] != "0.0" || bars[1]["height"] != "49.2" || bars[2]["height"] != "98.4" {
		t.Errorf("of a scale up to 100 the bars are %v", bars)
	}
	if svg := all["plot"][0]; svg["role"] != "img" || svg["aria-labelledby"] != "calls-title calls-desc" {
		t.Errorf("nobody hears it: %v", svg)
	}
	if rows := p.Rows(); fmt.Sprint(rows) != "[[20 Nov 0] [21 Nov 30] [22 Nov 60]]" {
		t.Errorf("the table says %v", rows)
	}
}

// Whatever is drawn is well-formed, lies within the drawing, and has a mark for each point.
func TestWhateverIsDrawnIsWithin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plot.Plot{ID: "x", Title: rapid.StringMatching(`[ -~]*`).Draw(t, "title"), Bars: rapid.Bool().Draw(t, "bars"), Say: func(v int64) string { return fmt.Sprint(v, " <ms>") }}
		for i, v := range rapid.SliceOfN(rapid.Int64Range(0, 1<<62), 0, 60).Draw(t, "values") {
			p.Points = append(p.Points, plot.Point{fmt.Sprint(i), v})
		}
		all := marks(t, string(p.SVG()))
		within := func(x, y string) {
			var a, b float64
			fmt.Sscan(x, &a)
			fmt.Sscan(y, &b)
			if a < 0 || a > 640 || b < 0 || b > 200 {
				t.Fatal(x, y)
			}
		}
		n := len(all["plot-bar"]) + len(all["plot-dot"])
		for _, bar := range all["plot-bar"] {
			within(bar["x"], bar["y"])
		}
		for _, line := range all["plot-line"] {
			for _, at := range strings.Fields(line["points"]) {
				x, y, _ := strings.Cut(at, ",")
				within(x, y)
				n++
			}
		}
		if n != len(p.Points) {
			t.Fatal(n, " marks for ", len(p.Points), " points")
		}
	})
}
