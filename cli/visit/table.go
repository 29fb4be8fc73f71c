package visit

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"entente/cli/terminal"
)

// Table prints a listing of the API, page by page.
func Table(ctx context.Context, env *terminal.Env, c *Visitor, path string, columns ...string) error {
	w := tabwriter.NewWriter(env.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, strings.ToUpper(strings.ReplaceAll(strings.Join(columns, "\t"), "_", " ")))
	for raw, err := range c.Items(ctx, path) {
		var item map[string]any
		if err == nil {
			err = json.Unmarshal(raw, &item)
		}
		if err != nil {
			return err
		}
		cells := make([]string, len(columns))
		for i, name := range columns {
			if v, ok := item[name]; ok && v != nil {
				cells[i] = cell(v)
			}
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	return w.Flush()
}

func cell(v any) string {
	if n, ok := v.(float64); ok {
		return fmt.Sprintf("%.0f", n)
	}
	return fmt.Sprint(v)
}
