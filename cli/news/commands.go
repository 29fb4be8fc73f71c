// Package news has the commands by which a party follows what happens: all its agreements on a page, events,
// deadlines, what it is told and how, tables for a spreadsheet, and webhooks.
package news

import "entente/cli/terminal"

// Commands are those by which a party follows what happens.
var Commands = []terminal.Command{
	portfolio, events, deadlines, notifications, notificationsRead, notificationsPrefer, calendarNew, table,
	webhookAdd, webhookList, webhookTest, webhookRotate, webhookDeliveries, webhookReplay, webhookPause, webhookResume, webhookRemove,
}
