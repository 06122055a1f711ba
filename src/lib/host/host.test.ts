import { describe, expect, test } from "bun:test";
import { describeHost } from "./describe.ts";
import { HOST } from "./fake-host.ts";
import { readHost } from "./host.ts";
import { openFiles } from "./kernel-text.ts";

/** The files of a Linux. */
const FILES: Record<string, string> = {
  "/proc/self/limits":
    "Limit                     Soft Limit           Hard Limit           Units\n" +
    "Max open files            1024                 4096                 files\n",
  "/proc/cpuinfo": "processor\t: 0\ncpu MHz\t\t: 2394.454\n",
  "/proc/meminfo": "MemTotal:       24684084 kB\nMemAvailable:   20000000 kB\n",
  "/proc/net/sockstat": "sockets: used 16\nTCP: inuse 1 orphan 0 tw 0 alloc 1 mem 59\n",
  "/proc/sys/fs/file-nr": "558\t0\t2466170\n",
  "/proc/sys/fs/nr_open": "1048576\n",
  "/proc/sys/net/core/somaxconn": "4096\n",
  "/proc/sys/net/ipv4/ip_local_port_range": "32768\t60999\n",
  "/proc/sys/net/ipv4/tcp_max_syn_backlog": "2048\n",
  "/proc/sys/net/ipv4/tcp_mem": "287898\t383867\t575796\n",
  "/proc/sys/net/ipv4/tcp_syncookies": "1\n",
  "/proc/sys/net/netfilter/nf_conntrack_count": "3\n",
  "/proc/sys/net/netfilter/nf_conntrack_max": "262144\n",
  "/sys/devices/system/clocksource/clocksource0/current_clocksource": "kvm-clock\n",
};

const hostWith = (files: Record<string, string>) => readHost((path) => files[path] ?? "");

test("what Linux says of itself", () => {
  expect(hostWith(FILES)).toMatchObject({
    cpuMhz: 2394,
    memory: { available: 20_000_000 * 1024 },
    cgroup: { cpus: null, memory: null },
    openFiles: { soft: 1024, hard: 4096 },
    nrOpen: 1_048_576,
    systemFiles: { used: 558, max: 2_466_170 },
    ports: { from: 32_768, to: 60_999 },
    somaxconn: 4096,
    synBacklog: 2048,
    synCookies: true,
    conntrack: { used: 3, max: 262_144 },
    tcpMemory: { used: 59, pressure: 383_867, max: 575_796 },
    clocksource: "kvm-clock",
  });
});

test("another system says nothing, and that is no error", () => {
  expect(hostWith({})).toMatchObject({
    ...{ cpuMhz: null, openFiles: null, nrOpen: null, systemFiles: null, ports: null, somaxconn: null },
    ...{ synBacklog: null, synCookies: false, conntrack: null, tcpMemory: null, clocksource: null },
    cgroup: { cpus: null, memory: null },
  });
});

test("no limit, as a word or as the largest number", () => {
  expect(hostWith({ "/proc/sys/fs/file-nr": "5\t0\t9223372036854775807\n" }).systemFiles).toEqual({
    used: 5,
    max: Number.POSITIVE_INFINITY,
  });
  const text = "Max open files            unlimited            unlimited            files\n";
  expect(openFiles(text)).toEqual({ soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY });
});

describe("limits of a container or a service", () => {
  const cgroupWith = (files: Record<string, string>) => hostWith(files).cgroup;

  test("version 2: the narrowest of the groups that enclose the process", () => {
    const unit = "/sys/fs/cgroup/system.slice/chat.service";
    expect(
      cgroupWith({
        "/proc/self/cgroup": "0::/system.slice/chat.service\n",
        [`${unit}/cpu.max`]: "max 100000\n",
        "/sys/fs/cgroup/system.slice/cpu.max": "25000 100000\n",
        [`${unit}/memory.max`]: "536870912\n",
        [`${unit}/memory.current`]: "300000000\n",
        [`${unit}/memory.stat`]: "anon 100\ninactive_file 200000000\n",
        "/sys/fs/cgroup/system.slice/memory.max": "max\n",
      }),
    ).toEqual({ cpus: 0.25, memory: { limit: 536_870_912, used: 100_000_000 } });
  });

  test("version 2 in a container, which sees its own group as the root", () => {
    expect(
      cgroupWith({ "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "150000 100000\n" }).cpus,
    ).toBe(1.5);
  });

  test("version 1", () => {
    const memory = "/sys/fs/cgroup/memory/docker/abc";
    expect(
      cgroupWith({
        "/proc/self/cgroup": "5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n0::/\n",
        // As a container has it: the path of the host, the group at the root.
        "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
        [`${memory}/memory.limit_in_bytes`]: "1073741824\n",
        [`${memory}/memory.usage_in_bytes`]: "5000\n",
        [`${memory}/memory.stat`]: "inactive_file 1\ntotal_inactive_file 4000\n",
      }),
    ).toEqual({ cpus: 0.5, memory: { limit: 1_073_741_824, used: 1000 } });
  });

  test("version 1 without limits", () => {
    expect(
      cgroupWith({
        "/proc/self/cgroup": "5:cpu:/\n4:memory:/\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      }),
    ).toEqual({ cpus: null, memory: null });
  });
});

test("the machine in one line", () => {
  expect(describeHost(HOST)).toBe("4 cores, 8 GiB memory, open files 20,000, ports 32768-60999");
  expect(describeHost({ ...HOST, cores: 1, openFiles: null, ports: null })).toBe(
    "1 core, 8 GiB memory, open files unknown, ports unknown",
  );
});
