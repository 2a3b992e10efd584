# gnuplot time.gp draws time.svg from time.csv
if (!exists('figure')) figure = 'time.svg'
set terminal svg size 760,310 font 'Helvetica,13' enhanced background '#ffffff' linewidth 1
set output figure
set encoding utf8
set datafile separator ','
set border 3 lw 1.1 lc rgb '#303030'
set tics nomirror out scale 0.6 textcolor rgb '#303030'
set grid lw 0.6 lc rgb '#e4e4e4'
set key samplen 1.6 spacing 1.05 font ',11' noautotitle
set title font ',13' offset 0,-0.4
set xlabel offset 0,0.3
set ylabel offset 0.6,0
set palette defined (0 '#ffffff', 0.15 '#c6dbef', 0.4 '#6baed6', 0.7 '#2171b5', 1 '#08306b')
unset colorbox
set cbrange [0:1]
set multiplot layout 1,2

set title "lenet5-relu6"
set xlabel "scheme"
set ylabel "time of an epoch over back-propagation's"
unset logscale x
unset logscale y
set format x '%g'
set format y '%g'
set autoscale
set xrange [-0.5:3.5]
set xtics norotate ("DFA dense" 0, "DFA blocks" 1, "DFA" 2, "merged" 3)
set boxwidth 0.245333333 absolute
set format x '%g'
set format y '%g'
set key on tmargin center horizontal Left reverse width -1
set xtics offset 0,0.3
set xlabel offset 0,0.7
set grid noxtics
plot 'time.csv' skip 1 every ::0::3 using 3:4 with boxes fs transparent solid 0.55 noborder lc rgb '#0072b2' title "gradient 256 multipliers", \
     '' skip 1 every ::4::7 using 3:4 with boxes fs transparent solid 0.55 noborder lc rgb '#d55e00' title "gradient 16384 multipliers", \
     '' skip 1 every ::8::11 using 3:4 with boxes fs transparent solid 0.55 noborder lc rgb '#009e73' title "on the arrays"

set title "vgg16-cifar"
set xlabel "scheme"
set ylabel "time of an epoch over back-propagation's"
unset logscale x
unset logscale y
set format x '%g'
set format y '%g'
set autoscale
set xrange [-0.5:3.5]
set xtics norotate ("DFA dense" 0, "DFA blocks" 1, "DFA" 2, "merged" 3)
set boxwidth 0.245333333 absolute
set format x '%g'
set format y '%g'
set key on tmargin center horizontal Left reverse width -1
set xtics offset 0,0.3
set xlabel offset 0,0.7
set grid noxtics
plot 'time.csv' skip 1 every ::12::15 using 3:4 with boxes fs transparent solid 0.55 noborder lc rgb '#0072b2' title "gradient 256 multipliers", \
     '' skip 1 every ::16::19 using 3:4 with boxes fs transparent solid 0.55 noborder lc rgb '#d55e00' title "gradient 16384 multipliers", \
     '' skip 1 every ::20::23 using 3:4 with boxes fs transparent solid 0.55 noborder lc rgb '#009e73' title "on the arrays"

unset multiplot
set output
