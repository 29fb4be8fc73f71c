package cli

import (
	"slices"

	"entente/cli/access"
	"entente/cli/calls"
	"entente/cli/integration"
	"entente/cli/life"
	"entente/cli/negotiation"
	"entente/cli/news"
	"entente/cli/paper"
	"entente/cli/record"
	"entente/cli/terminal"
)

// A topic is what some commands are about, as `entente help` lists them.
type topic struct {
	title    string
	commands []terminal.Command
}

// topics are all commands, by what they are about.
var topics = []topic{
	{"Write an agreement", paper.Writing},
	{"Negotiate it", negotiation.Commands},
	{"Sign and verify", slices.Concat(paper.Signing, []terminal.Command{negotiation.Submit})},
	{"Integrate", integration.Commands},
	{"See what is called", calls.Commands},
	{"Change and end it", life.Commands},
	{"Read the record", record.Commands},
	{"Follow what happens", news.Commands},
	{"Run a node", slices.Concat([]terminal.Command{demo, serve, seed}, access.Commands, []terminal.Command{backupCommand, backupKey, backupVerify, restore, routes})},
}
