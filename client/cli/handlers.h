// SPDX-License-Identifier: Apache-2.0
// The handlers that THE COMMAND TABLE names, each in the file of its noun.
#ifndef WEIHU_CLI_HANDLERS_H
#define WEIHU_CLI_HANDLERS_H

struct cli;

int ticket_file_run(struct cli *cli);
int ticket_show_run(struct cli *cli);
int ticket_edit_run(struct cli *cli);
int ticket_comment_run(struct cli *cli);
int ticket_attach_run(struct cli *cli);
int ticket_fetch_run(struct cli *cli);
int ticket_why_run(struct cli *cli);
int ticket_do_run(struct cli *cli);
int ticket_steps_run(struct cli *cli);
int ticket_work_run(struct cli *cli);
int person_token_run(struct cli *cli);
int person_revoke_run(struct cli *cli);
int person_enrol_run(struct cli *cli);
int person_unenrol_run(struct cli *cli);
int person_reclaim_run(struct cli *cli);
int audit_export_run(struct cli *cli);
int audit_verify_run(struct cli *cli);
int audit_pin_run(struct cli *cli);
int workflow_show_run(struct cli *cli);
int person_password_run(struct cli *cli);
int report_run(struct cli *cli);
int review_open_run(struct cli *cli);
int review_decide_run(struct cli *cli);
int review_report_run(struct cli *cli);
int export_run(struct cli *cli);
int import_run(struct cli *cli);
int session_login_run(struct cli *cli);
int session_logout_run(struct cli *cli);
int session_whoami_run(struct cli *cli);
int api_run(struct cli *cli);
int complete_run(struct cli *cli);
int completion_run(struct cli *cli);
int help_run(struct cli *cli);
int version_run(struct cli *cli);

#endif
