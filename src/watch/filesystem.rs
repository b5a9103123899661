//! Whether the system tells of changes below a folder: network shares and folders lent to a container or a virtual
//! machine do not tell of changes made on the other side. Must not know what is in the folder.

use std::path::Path;

/// Types of file systems whose changes may be made where this system does not see them.
const REMOTE: [&str; 22] = [
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "drvfs",
    "fakeowner",
    "fuse",
    "gfs2",
    "glusterfs",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "prl_fs",
    "smb3",
    "smbfs",
    "vboxsf",
    "virtiofs",
];

/// FUSE file systems that are local disks.
const LOCAL_FUSE: [&str; 4] = ["fuse.ext2", "fuse.ext4", "fuse.ntfs", "fuseblk"];

/// The type of the file system that `folder` lies on, where it tells of no changes; `None` where it does or where that
/// is not known.
pub(super) fn silent(folder: &Path) -> Option<String> {
    if cfg!(windows) {
        let text = folder.as_os_str().to_string_lossy();
        let share = text.starts_with(r"\\?\UNC\") || (text.starts_with(r"\\") && !text.starts_with(r"\\?\"));
        return share.then(|| "network share".to_owned());
    }
    // Only Linux has the file; elsewhere nothing is known, and `--poll` is there for those who need it.
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    let kind = type_of(&mounts, folder)?;
    is_remote(&kind).then_some(kind)
}

fn is_remote(kind: &str) -> bool {
    REMOTE.contains(&kind) || (kind.starts_with("fuse.") && !LOCAL_FUSE.contains(&kind))
}

/// The type of the last mount (later ones hide earlier ones) whose place is the longest beginning of `folder`; the form
/// of the list is in proc_pid_mountinfo(5).
fn type_of(mounts: &str, folder: &Path) -> Option<String> {
    let mut best: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        let Some((left, right)) = line.split_once(" - ") else { continue };
        let (Some(place), Some(kind)) = (left.split(' ').nth(4), right.split(' ').next()) else { continue };
        let place = unescaped(place);
        let length = place.len();
        if folder.starts_with(&place) && best.is_none_or(|(longest, _)| length >= longest) {
            best = Some((length, kind));
        }
    }
    best.map(|(_, kind)| kind.to_owned())
}

/// Spaces, tabs, line ends and backslashes are written as three octal digits after a backslash.
fn unescaped(text: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .iter()
        .fold(text.to_owned(), |text, (written, meant)| text.replace(written, meant))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 0:21 / / rw,relatime - overlay overlay rw
23 22 0:22 / /proc rw - proc proc rw
30 22 0:40 / /mnt/c rw,noatime master:2 - 9p drvfs rw,dirsync
31 22 0:41 / /srv/team\\040share rw - cifs //server/share rw
32 22 0:42 /work /work rw - ext4 /dev/sda1 rw
33 32 0:43 / /work/site rw - fuse.grpcfuse grpcfuse rw
34 32 0:44 / /work/usb rw - fuseblk /dev/sdb1 rw
";

    #[test]
    fn the_nearest_mount_counts() {
        for (folder, kind, remote) in [
            ("/home/me", "overlay", false),
            ("/mnt/c/Users/me", "9p", true),
            ("/mnt/car", "overlay", false),
            ("/srv/team share/handbook", "cifs", true),
            ("/work/other", "ext4", false),
            ("/work/site/content", "fuse.grpcfuse", true),
            ("/work/usb", "fuseblk", false),
        ] {
            let found = type_of(MOUNTS, Path::new(folder)).unwrap();
            assert_eq!((found.as_str(), is_remote(&found)), (kind, remote), "{folder}");
        }
    }
}
