package news

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"entente/cli/terminal"
	"entente/cli/visit"
)

const notificationsPath = "/api/v1/notifications"

var notifications = visit.Asking("notifications", "[--unread]", "list what you are told: acts, requests and deadlines of your role", "",
	func(f *flag.FlagSet) { f.Bool("unread", false, "only what you have not read") },
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, _ string) error {
		query := url.Values{"unread": {terminal.Text(f, "unread")}}
		return visit.Table(ctx, env, c, notificationsPath+"?"+query.Encode(), "id", "at", "matter", "clause", "due", "read", "says")
	})

var notificationsRead = visit.Asking("notifications read", "[ITEM]", "count what you are told as read", "\nITEM is the id in `entente notifications`; without it, everything counts as read.", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, _ string) error {
		body := map[string]string{}
		switch len(env.Args) {
		case 0:
		case 1:
			body["id"] = env.Args[0]
		default:
			return terminal.Misusef("name one, or none for all")
		}
		var answer struct{ Read int }
		if err := c.Call(ctx, http.MethodPost, notificationsPath+"/reading", body, &answer); err != nil {
			return err
		}
		_, err := fmt.Fprintf(env.Stdout, "%d are read now\n", answer.Read)
		return err
	})

var notificationsPrefer = visit.Asking("notifications prefer", "[--asks WAY] [--dues WAY] [--news WAY] [--hour N]", "say how you hear by letter of what you are told, or see how",
	"\nWAY is at_once, daily (in one letter a day, at --hour in the agreement's time zone) or off. Formal notices and\nthe clocks that they start come at once, whatever you say: they have effect when they arrive (clause 13.8).",
	func(f *flag.FlagSet) {
		f.String("asks", "", "what wants an answer: the `way`")
		f.String("dues", "", "deadlines: the `way`")
		f.String("news", "", "what has happened: the `way`")
		f.String("hour", "", "the `hour` of the daily letter, 0 to 23")
	},
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, _ string) error {
		const path = "/api/v1/notification-preferences"
		var p struct {
			Asks string `json:"asks"`
			Dues string `json:"dues"`
			News string `json:"news"`
			Hour int    `json:"hour"`
		}
		if err := c.Call(ctx, http.MethodGet, path, nil, &p); err != nil {
			return err
		}
		changed := false
		for name, field := range map[string]*string{"asks": &p.Asks, "dues": &p.Dues, "news": &p.News} {
			if way := terminal.Text(f, name); way != "" {
				*field, changed = way, true
			}
		}
		if hour := terminal.Text(f, "hour"); hour != "" {
			n, err := strconv.Atoi(hour)
			if err != nil {
				return terminal.Misusef("the hour is a number from 0 to 23")
			}
			p.Hour, changed = n, true
		}
		if changed {
			if err := c.Call(ctx, http.MethodPut, path, p, &p); err != nil {
				return err
			}
		}
		_, err := fmt.Fprintf(env.Stdout, "what wants an answer  %s\ndeadlines             %s\nwhat has happened     %s\ndaily letter at       %02d:00\n", p.Asks, p.Dues, p.News, p.Hour)
		return err
	})
