package cli

import "entente/cli/terminal"

// A topic is what some commands are about, as `entente help` lists them.
type topic struct {
	title    string
	commands []terminal.Command
}

// topics are all commands, by what they are about.
var topics []topic

func init() {
	topics = []topic{
		{"Write an agreement", []terminal.Command{initialise, check, explain, schema, render, diff, importCommand, houseWording, migrate}},
		{"Negotiate it", []terminal.Command{negotiateStatus, negotiatePropose, negotiateCounter, negotiateAccept, negotiateReject, negotiateWithdraw, negotiateDelegate, negotiateDelegations, negotiateRecall, negotiateCode, negotiateSign, negotiateRedline,
			negotiateComment, negotiateReply, negotiateResolve, negotiateComments, negotiateNote, negotiateNotes, negotiateForget}},
		{"Sign and verify", []terminal.Command{identityNew, sign, verify, submit}},
		{"Integrate", []terminal.Command{milestoneComplete, milestoneReopen, upstreamSet, upstreamList, upstreamDelete,
			keyIssue, keyRegister, keyPin, keyList, keyRevoke, certificateRecord, certificateList}},
		{"See what is called", []terminal.Command{usageCommand, usageProve, explainCall, decide, levelsCommand, maintenanceAnnounce, maintenanceWithdraw, maintenanceList}},
		{"Change and end it", []terminal.Command{historyCommand, waiveCommand, waiverEnd, letterGive, letterShow, assignCommand, assignmentConsent, assignmentRefuse, assignmentWithdraw, assignmentList,
			suspend, resume, breachNotify, breachCure, changeNotify, changeSettle, terminate}},
		{"Read the record", []terminal.Command{ledgerShow, ledgerVerify, bundleCommand, witnessCommand}},
		{"Follow what happens", []terminal.Command{portfolioCommand, eventsCommand, deadlinesCommand, notificationsCommand, notificationsRead, notificationsPrefer, calendarNew, tableCommand, webhookAdd, webhookList, webhookTest, webhookRotate, webhookDeliveries, webhookReplay, webhookPause, webhookResume, webhookRemove}},
		{"Run a node", []terminal.Command{demo, serve, seed, accessLink, accessBegin, accessToken, accessSigner, accessList, accessRevoke, accessInvite, accessPasskeys, accessForget, signInSet, signInShow, signInRemove, serviceMake, serviceList, serviceEnd, accessErase, backupCommand, backupKey, backupVerify, restore, routes}},
	}
}
